import BrokerLink
import Messaging

/// Asking what of a stream is to be copied where, one question after the other.
extension QueueScreen {
    /// What a person has said so far.
    struct Replay: Equatable {
        var from = StreamPlace.first
        var target: QueueName?
    }

    func replayStartPrompt() -> Prompt {
        Prompt(
            .streamPlace, label: "replay \(self.queue) from", text: "first",
            hint: StreamPlace.hint, suggestions: ["first", "last"])
    }

    /// Takes in the answer to one of the questions, and asks the next.
    mutating func replayAnswered(
        _ subject: Prompt.Subject, _ text: String, in context: ScreenContext
    ) -> [ScreenEffect] {
        switch subject {
        case .streamPlace: return self.startChosen(text, in: context)
        case .targetQueue: return self.targetChosen(text, in: context)
        case .rate: return self.rateChosen(text, in: context)
        case .filter, .field: return []
        }
    }

    private mutating func startChosen(
        _ text: String, in context: ScreenContext
    ) -> [ScreenEffect] {
        let place = StreamPlace(
            typed: text, now: context.now, utcOffsetSeconds: context.utcOffsetSeconds)
        guard let place else {
            return [.notice(Notice("Nothing was copied: \(text) is no place in it.", .failure))]
        }
        self.replay = Replay(from: place)
        let names = context.history.queues.map(\.sample.name).filter { $0 != self.queue }
        return [
            .prompt(
                Prompt(
                    .targetQueue, label: "copy to queue", hint: "tab completes",
                    suggestions: names.map(\.text)))
        ]
    }

    private mutating func targetChosen(
        _ text: String, in context: ScreenContext
    ) -> [ScreenEffect] {
        guard self.replay != nil else { return [] }
        let target = QueueName(text)
        guard !text.isEmpty, context.history.queue(target) != nil else {
            self.replay = nil
            return [
                .notice(
                    Notice(
                        text.isEmpty
                            ? "Nothing was copied: no queue was named."
                            : "Nothing was copied: there is no queue \(target).", .failure))
            ]
        }
        self.replay?.target = target
        return [
            .prompt(
                Prompt(.rate, label: "messages a second", hint: "empty: as fast as it goes"))
        ]
    }

    private mutating func rateChosen(
        _ text: String, in context: ScreenContext
    ) -> [ScreenEffect] {
        guard let replay = exchange(&self.replay, with: nil), let target = replay.target else {
            return []
        }
        let rate = Int(text)
        guard text.isEmpty || (rate ?? 0) > 0 else {
            return [.notice(Notice("Nothing was copied: \(text) is no rate.", .failure))]
        }
        let request = ReplayRequest(
            stream: self.queue, from: replay.from, target: target, perSecondMax: rate)
        return [.ask(self.dialog(for: request, in: context))]
    }

    private func dialog(for request: ReplayRequest, in context: ScreenContext) -> Dialog {
        let place = request.from.words(utcOffsetSeconds: context.utcOffsetSeconds)
        var lines = ["From \(place) up to what is there now, to the end of \(request.target)."]
        if case .offset(let offset) = request.from,
            let stream = context.history.queue(self.queue)?.sample.stream,
            let firstLeft = stream.firstOffset, let next = stream.nextOffset
        {
            let first = max(offset, firstLeft)
            let count = next > first ? next - first : 0
            lines.append("That is \(Figures.counted(Int(clamping: count), "message")) now.")
        }
        lines.append(
            request.perSecondMax.map { "At most \(Figures.count($0)) a second." }
                ?? "As fast as it goes.")
        lines += ["", "\(self.queue) keeps them. What is copied stays when you stop it."]
        return Dialog(
            title: "Replay \(self.queue) to \(request.target)?", lines: lines, verb: "Replay",
            isDestructive: false, effects: [.work(.replay(request))])
    }
}
