import BrokerLink
import Canvas
import Messaging

/// The messages of one queue, looked at without taking any: a list, and one of them in full.
package struct MessagesScreen: Screen {
    /// Messages of one page.
    static let pageCount = 200
    /// Bytes of each body for the list and its filter; a message in full asks for more.
    static let previewBytesMax = 1_024
    /// Bytes of a body that are read in full.
    static let bodyBytesMax = 65_536
    /// Messages that are kept at most.
    static let loadedMax = 10_000

    /// What the list knows of the queue behind its last message.
    enum Loading: Equatable {
        case notAsked
        /// The request whose answer is awaited.
        case asked(BrowseRequest)
        case more
        /// All are loaded, or as many as are kept.
        case complete
        case failed(LinkError)
    }

    let queue: QueueName
    /// The message that the screen was opened for; the list begins with it.
    let opened: BrowsedMessage?
    /// Where in a stream the list begins instead of at its head.
    var start: StreamPlace?
    var loading = Loading.notAsked
    /// What looking costs, while it was asked if it may and nothing has come since.
    var questioned: Intrusion?
    /// As the queue has them, oldest first.
    var loaded = LoadedMessages()
    /// The places in ``loaded`` of those that the filter lets through.
    var shown: [Int] = []
    var filter = TextFilter()
    var cursor = ListCursor<MessageID>()
    /// The message that is read in full, if one is.
    var reader: MessageReader?

    /// - Parameters:
    ///   - queue: The queue to look into.
    ///   - opened: A message of it to read first; nil begins with the list from its head.
    package init(queue: QueueName, opening opened: BrowsedMessage? = nil) {
        self.queue = queue
        self.opened = opened
    }

    package var name: String { "Messages" }

    /// Moves in the list or in the open message, and loads on when the end comes near.
    package mutating func update(
        _ message: ScreenMessage, in context: ScreenContext
    ) -> [ScreenEffect] {
        switch message {
        case .appeared:
            return self.loading == .notAsked ? self.firstPageWanted(in: context) : []
        case .resized:
            self.cursor.follow(count: self.shown.count, page: self.page(context), id: self.id)
        case .moved(let movement): return self.moved(movement, in: context)
        case .scrolled(let rows): return self.scrolled(rows: rows, in: context)
        case .clicked(let row, _, let isDouble):
            return self.clicked(row: row, isDouble: isDouble, in: context)
        case .promptChanged(.filter, let text), .promptAnswered(.filter, let text),
            .promptCancelled(.filter, let text):
            self.filter = TextFilter(text)
            self.applyFilter(in: context)
            return self.moreIfWanted(in: context)
        case .promptAnswered(.streamPlace, let text): return self.startChosen(text, in: context)
        case .browsed(let request, let result):
            return self.browsed(request, result, in: context)
        case .deletedMessages(self.queue, .success):
            // What was read is gone; a screen that was opened for it has nothing left to show.
            if self.reader != nil, self.opened != nil { return [.back] }
            self.reader = nil
            return self.firstPageWanted(in: context)
        case .purged(self.queue, .success): return self.firstPageWanted(in: context)
        case .sampled, .promptChanged, .promptAnswered, .promptCancelled, .detailed, .purged,
            .deletedQueue, .deletedMessages, .redrove, .loadChanged, .rostered, .closedConnection,
            .cancelledConsumer:
            break
        }
        return []
    }

    /// Gives up the open message, then the marks, then the filter.
    package mutating func giveUp(in context: ScreenContext) -> Bool {
        if self.reader != nil, self.opened == nil {
            self.reader = nil
        } else if self.reader == nil, !self.cursor.marked.isEmpty {
            self.cursor.clearMarks()
        } else if self.reader == nil, !self.filter.isEmpty {
            self.filter = TextFilter()
            self.applyFilter(in: context)
        } else {
            return false
        }
        return true
    }

    /// Rows of the list: without frame and titles.
    func page(_ context: ScreenContext) -> Int { max(1, context.content.rows - 3) }

    /// The message in a row of the list.
    func message(inRow row: Int) -> BrowsedMessage { self.loaded[self.shown[row]] }

    func id(_ row: Int) -> MessageID { self.message(inRow: row).id }
}

extension MessagesScreen {
    private mutating func moved(
        _ movement: Movement, in context: ScreenContext
    ) -> [ScreenEffect] {
        guard self.reader != nil else {
            self.cursor.move(
                movement, count: self.shown.count, page: self.page(context), id: self.id)
            return self.moreIfWanted(in: context)
        }
        switch movement {
        case .left: return self.neighbourWanted(-1, in: context)
        case .right: return self.neighbourWanted(1, in: context)
        case .up, .down, .halfPageUp, .halfPageDown, .pageUp, .pageDown, .top, .bottom:
            self.reader?.move(movement, in: context)
            return []
        }
    }

    private mutating func scrolled(rows: Int, in context: ScreenContext) -> [ScreenEffect] {
        if self.reader != nil {
            self.reader?.scroll(rows: rows, in: context)
            return []
        }
        self.cursor.scroll(
            rows: rows, count: self.shown.count, page: self.page(context), id: self.id)
        return self.moreIfWanted(in: context)
    }

    private mutating func clicked(
        row: Int, isDouble: Bool, in context: ScreenContext
    ) -> [ScreenEffect] {
        let place = self.cursor.firstVisible + row - 2  // Below the frame and the titles.
        guard self.reader == nil, row >= 2, self.shown.indices.contains(place) else { return [] }
        self.cursor.select(place, count: self.shown.count, page: self.page(context), id: self.id)
        return isDouble ? self.readerWanted(in: context) : []
    }

    mutating func applyFilter(in context: ScreenContext) {
        self.shown = self.loaded.places(matching: self.filter)
        self.cursor.follow(count: self.shown.count, page: self.page(context), id: self.id)
    }
}
