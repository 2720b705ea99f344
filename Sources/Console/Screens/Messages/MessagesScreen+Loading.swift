import BrokerLink
import Messaging

extension MessagesScreen {
    /// Starts over from the head, or from the message that the screen was opened for.
    mutating func firstPageWanted(in context: ScreenContext) -> [ScreenEffect] {
        var effects: [ScreenEffect] = []
        if let opened = self.opened, self.reader == nil {
            self.loaded = LoadedMessages([opened])
            self.applyFilter(in: context)
            self.reader = MessageReader(opened, in: context)
            effects = self.bodyWanted(in: context)
        }
        return effects
            + self.browseWanted(
                BrowseRequest(
                    queue: self.queue, after: self.opened.flatMap { Self.before($0.id) },
                    from: self.start, countMax: Self.pageCount, bodyBytesMax: Self.previewBytesMax),
                in: context)
    }

    /// Loads on when the selection comes near the end, or when the filter leaves little to see.
    mutating func moreIfWanted(in context: ScreenContext) -> [ScreenEffect] {
        guard self.loading == .more, let last = self.loaded.messages.last else { return [] }
        let isNearEnd = self.cursor.index + self.page(context) >= self.shown.count
        guard isNearEnd else { return [] }
        return self.browseWanted(
            BrowseRequest(
                queue: self.queue, after: last.id, countMax: Self.pageCount,
                bodyBytesMax: Self.previewBytesMax),
            in: context)
    }

    mutating func browsed(
        _ request: BrowseRequest, _ result: Result<BrowsePage, LinkError>,
        in context: ScreenContext
    ) -> [ScreenEffect] {
        guard request.queue == self.queue else { return [] }
        guard case .asked(let awaited) = self.loading, awaited.isSamePage(as: request) else {
            return self.bodyBrowsed(request, result, in: context)
        }
        self.questioned = nil
        switch result {
        case .failure(.tooIntrusive(_, let intrusion)):
            return self.question(awaited, costing: intrusion, in: context)
        case .failure(let error):
            self.loading = .failed(error)
            return [.notice(.failure(error))]
        case .success(let page):
            let isFirst =
                awaited.after == self.opened.flatMap { Self.before($0.id) }
                && awaited.from == self.start
            if isFirst { self.loaded = LoadedMessages() }
            self.loaded.append(page.messages)
            let isFull = self.loaded.count >= Self.loadedMax
            self.loading = page.hasMore && !isFull ? .more : .complete
            let known = Set(self.loaded.messages.lazy.map(\.id))
            self.cursor.keepMarks { known.contains($0) }
            self.applyFilter(in: context)
            if let stop = page.stop { return [.notice(Notice("\(stop)", .warning))] }
            return self.moreIfWanted(in: context)
        }
    }

    /// Asks for the whole body of the message that is read, if only its beginning is known.
    func bodyWanted(in context: ScreenContext) -> [ScreenEffect] {
        guard let message = self.reader?.message,
            message.message.body.count < min(message.bodyBytes, Self.bodyBytesMax)
        else { return [] }
        // Whoever opened the list has allowed what looking costs.
        return [
            .work(
                .browse(
                    BrowseRequest(
                        queue: self.queue, after: Self.before(message.id), countMax: 1,
                        bodyBytesMax: Self.bodyBytesMax,
                        intrusionMax: LookingCost.of(self.queue, in: context))))
        ]
    }

    private mutating func bodyBrowsed(
        _ request: BrowseRequest, _ result: Result<BrowsePage, LinkError>,
        in context: ScreenContext
    ) -> [ScreenEffect] {
        guard let message = self.reader?.message, request.countMax == 1,
            request.after == Self.before(message.id)
        else { return [] }
        switch result {
        case .failure(let error): return [.notice(.failure(error))]
        case .success(let page):
            guard let whole = page.messages.first, whole.id == message.id else {
                return [
                    .notice(
                        Notice(
                            "The message has left \(self.queue) meanwhile; "
                                + "shown is what was read of it before.", .warning))
                ]
            }
            self.reader?.show(whole, in: context)
            return []
        }
    }

    /// Browses at once where that changes nothing, and asks first where it does.
    private mutating func browseWanted(
        _ request: BrowseRequest, in context: ScreenContext
    ) -> [ScreenEffect] {
        if case .unavailable(let reason) = context.availability(of: .browse) {
            self.loading = .failed(.unsupported(.browse, because: reason))
            return []
        }
        var request = request
        let intrusion = LookingCost.of(self.queue, in: context)
        let isAllowed = intrusion == .none || self.loaded.count > 0
        request.intrusionMax = intrusion
        self.loading = .asked(request)
        guard !isAllowed else { return [.work(.browse(request))] }
        return self.question(request, costing: intrusion, in: context)
    }

    /// Asks whether to look all the same; a queue may cost more than its broker's others.
    private mutating func question(
        _ request: BrowseRequest, costing intrusion: Intrusion, in context: ScreenContext
    ) -> [ScreenEffect] {
        if let refusal = LookingCost.refusal(intrusion, of: "\(self.queue)", in: context) {
            self.loading = .failed(refusal)
            return []
        }
        var request = request
        request.intrusionMax = intrusion
        self.loading = .asked(request)
        self.questioned = intrusion
        var dialog = Dialog(
            title: "Look into \(self.queue)?",
            lines: ["On this broker, looking \(intrusion.consequence)."], verb: "Look",
            isDestructive: intrusion >= .mayDeadLetter, effects: [.work(.browse(request))])
        if intrusion >= .mayLose { dialog.demandName(of: self.queue) }
        return [.ask(dialog)]
    }

    /// Begins the list anew at a place of the stream.
    mutating func startChosen(_ text: String, in context: ScreenContext) -> [ScreenEffect] {
        let place = StreamPlace(
            typed: text, now: context.now, utcOffsetSeconds: context.utcOffsetSeconds)
        guard let place else {
            return [.notice(Notice("\(text) is no place in \(self.queue).", .failure))]
        }
        self.start = place
        self.cursor = ListCursor()
        self.loaded = LoadedMessages()
        self.applyFilter(in: context)
        return self.firstPageWanted(in: context)
    }

    /// The place just before a message; nil at the very start.
    private static func before(_ id: MessageID) -> MessageID? {
        id.position.offset == 0 ? nil : MessageID(Position(id.position.offset - 1))
    }
}

extension BrowseRequest {
    /// Whether an answer to one is an answer to the other.
    func isSamePage(as other: BrowseRequest) -> Bool {
        self.queue == other.queue && self.after == other.after && self.from == other.from
            && self.countMax == other.countMax
    }
}
