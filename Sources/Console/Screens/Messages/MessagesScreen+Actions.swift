import BrokerLink
import Canvas
import Messaging

extension MessagesScreen {
    /// What can be done with the list, and with the message that is read.
    package enum Action: Hashable, Sendable, CaseIterable {
        case openMessage
        case showNext, showPrevious
        case changeFormat
        case copyPayload
        case mark, markAll
        case filter
        case reload
        case beginElsewhere
        case delete
    }

    /// Its keys, the same for the list and for one message.
    package func keyAction(for action: Action, in context: ScreenContext) -> KeyAction {
        switch action {
        case .openMessage: KeyAction([.enter], "read the message", footer: "read")
        case .showNext:
            KeyAction([.character("n"), .character("]")], "read the next message", footer: "next")
        case .showPrevious:
            KeyAction(
                [.character("b"), .character("[")], "read the message before", footer: "before")
        case .changeFormat:
            KeyAction(
                [.character("t"), .character("v")], "show the payload as text, JSON or hex",
                footer: "format")
        case .copyPayload: KeyAction([.character("y")], "copy the payload", footer: "copy")
        case .mark: KeyAction([.character(" ")], "mark the message", footer: "mark")
        case .markAll: KeyAction([.character("*")], "mark all that are shown")
        case .filter: KeyAction([.character("/")], "filter the messages", footer: "filter")
        case .reload: KeyAction([.control("r")], "load the messages again", footer: "reload")
        case .beginElsewhere:
            KeyAction(
                [.character("o")], "begin at an offset or a time of the stream",
                footer: self.isStream(in: context) ? "from" : nil, needs: .replay)
        case .delete:
            KeyAction(
                [.character("D")], "delete the message or the marked ones", footer: "delete",
                kind: .destructive, needs: .deleteMessages)
        }
    }

    /// A message has to be selected for most; some need the list, some an open message.
    package func availability(of action: Action, in context: ScreenContext) -> Availability {
        switch action {
        case .openMessage:
            if self.reader != nil { return .unavailable(because: "it is open already") }
            return self.selectedOrReason
        case .changeFormat:
            return self.reader == nil
                ? .unavailable(because: "no message is open; enter opens one") : .available
        case .showNext:
            guard self.reader != nil else { return self.selectedOrReason }
            return self.neighbour(1) == nil
                ? .unavailable(because: "it is the last one loaded") : .available
        case .showPrevious:
            guard self.reader != nil else { return self.selectedOrReason }
            guard self.neighbour(-1) == nil else { return .available }
            return .unavailable(
                because: self.opened == nil
                    ? "it is the first one" : "the list begins with this one")
        case .mark, .markAll, .filter:
            if self.reader != nil {
                return .unavailable(because: "a message is open; esc goes back to the list")
            }
            return action == .filter ? .available : self.selectedOrReason
        case .copyPayload: return self.selectedOrReason
        case .reload: return .available
        case .beginElsewhere:
            if self.reader != nil {
                return .unavailable(because: "a message is open; esc goes back to the list")
            }
            return self.isStream(in: context)
                ? .available : .unavailable(because: "\(self.queue) is no stream")
        case .delete:
            if self.isStream(in: context) {
                return .unavailable(
                    because: "\(self.queue) is a stream, whose messages leave by age or size")
            }
            if self.chosen.allSatisfy(\.isUnacked), !self.chosen.isEmpty {
                return .unavailable(because: "a consumer holds it")
            }
            return self.selectedOrReason
        }
    }

    /// Reads, marks and copies at once, and asks before it deletes.
    package mutating func perform(_ action: Action, in context: ScreenContext) -> [ScreenEffect] {
        switch action {
        case .openMessage: return self.readerWanted(in: context)
        case .showNext:
            return self.reader == nil
                ? self.readerWanted(in: context) : self.neighbourWanted(1, in: context)
        case .showPrevious:
            return self.reader == nil
                ? self.readerWanted(in: context) : self.neighbourWanted(-1, in: context)
        case .changeFormat:
            self.reader?.changeFormat(in: context)
            return []
        case .copyPayload: return self.current.map(self.copyEffects) ?? []
        case .mark:
            self.cursor.toggleMark(count: self.shown.count, page: self.page(context), id: self.id)
            return self.moreIfWanted(in: context)
        case .markAll:
            self.cursor.toggleMarks(self.shown.indices.map(self.id))
            return []
        case .filter:
            return [
                .prompt(
                    Prompt(
                        .filter, label: "filter", text: self.filter.text,
                        hint: "in route, headers, payload; ! excludes"))
            ]
        case .reload: return self.firstPageWanted(in: context)
        case .beginElsewhere:
            return [
                .prompt(
                    Prompt(
                        .streamPlace, label: "messages from", hint: StreamPlace.hint,
                        suggestions: ["first", "last"]))
            ]
        case .delete: return [.ask(self.deleteDialog)]
        }
    }

    /// Opens the selected message.
    mutating func readerWanted(in context: ScreenContext) -> [ScreenEffect] {
        guard self.shown.indices.contains(self.cursor.index) else { return [] }
        self.reader = MessageReader(self.message(inRow: self.cursor.index), in: context)
        return self.bodyWanted(in: context)
    }

    /// Reads the message that many places further on.
    mutating func neighbourWanted(_ step: Int, in context: ScreenContext) -> [ScreenEffect] {
        guard let place = self.neighbour(step) else { return [] }
        self.cursor.select(place, count: self.shown.count, page: self.page(context), id: self.id)
        let message = self.message(inRow: place)
        self.reader?.show(message, in: context)
        return self.bodyWanted(in: context) + self.moreIfWanted(in: context)
    }

    /// The message that keys are about: the open one, else the selected one.
    private var current: BrowsedMessage? {
        if let reader = self.reader { return reader.message }
        return self.shown.indices.contains(self.cursor.index)
            ? self.message(inRow: self.cursor.index) : nil
    }

    /// What a deletion is about: the marked ones, else the current one.
    private var chosen: [BrowsedMessage] {
        let marked = self.cursor.marked
        if self.reader == nil, !marked.isEmpty {
            return self.loaded.messages.filter { marked.contains($0.id) }
        }
        return self.current.map { [$0] } ?? []
    }

    private func isStream(in context: ScreenContext) -> Bool {
        context.history.queue(self.queue)?.sample.stream != nil
    }

    private var selectedOrReason: Availability {
        self.current == nil ? .unavailable(because: "no message is selected") : .available
    }

    private func neighbour(_ step: Int) -> Int? {
        let place = self.cursor.index + step
        return self.shown.indices.contains(place) ? place : nil
    }

    private func copyEffects(_ message: BrowsedMessage) -> [ScreenEffect] {
        let body = message.message.body
        // A clipboard holds text; bytes that are none would come out as something else.
        guard let text = String(validating: body, as: UTF8.self) else {
            return [.notice(Notice("Not copied: the payload is no text.", .warning))]
        }
        let isCut = body.count < message.bodyBytes
        let size = Figures.bytes(UInt64(body.count))
        return [
            .work(.copy(text)),
            .notice(
                isCut
                    ? Notice(
                        "Copied the first \(size) of \(Figures.bytes(UInt64(message.bodyBytes))).",
                        .warning)
                    : Notice("Copied the payload, \(size).", .done)),
        ]
    }

    private var deleteDialog: Dialog {
        let chosen = self.chosen
        let count = Figures.counted(chosen.count, "message")
        let held = chosen.count(where: \.isUnacked)
        var lines = ["This cannot be undone."]
        if let only = chosen.first, chosen.count == 1 {
            lines.insert(Route.text(only.message.exchange, only.message.routingKey), at: 0)
        }
        if held > 0 {
            lines.append("\(Figures.count(held)) held by consumers will stay.")
        }
        return Dialog(
            title: "Delete \(count) from \(self.queue)?", lines: lines, verb: "Delete \(count)",
            effects: [
                .work(.deleteMessages(chosen.filter { !$0.isUnacked }.map(\.id), from: self.queue))
            ])
    }
}
