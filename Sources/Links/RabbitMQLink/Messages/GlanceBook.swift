import BrokerLink
import Messaging

/// The latest looks into queues: what their messages are called, and what was read of them.
actor GlanceBook {
    /// Queues that are remembered; of others, messages are no longer recognised.
    private static let queuesMax = 64
    /// Bytes of message bodies that are kept, over all queues.
    static let bodiesBytesMax = 67_108_864
    /// Bytes of one body that are kept: what the console reads in full.
    static let bodyBytesMax = 65_536

    private struct Page {
        var glance = Glance()
        var messages: [MessageID: BrowsedMessage] = [:]
        var bytes = 0
    }

    private var pages: [QueueName: Page] = [:]
    /// The longest unused first.
    private var order: [QueueName] = []

    /// Takes in the first messages of a queue, and answers how they are called.
    func look(
        into queue: QueueName, _ messages: [Message], isWhole: Bool,
        make: (Message, MessageID) -> BrowsedMessage
    ) -> [BrowsedMessage] {
        self.touch(queue)
        var page = self.pages[queue] ?? Page()
        let ids = page.glance.look(messages.map { Fingerprint($0) }, isWhole: isWhole)
        let browsed = zip(messages, ids).map(make)
        page.messages = Dictionary(
            browsed.map { ($0.id, $0.keeping(bodyBytes: Self.bodyBytesMax)) },
            uniquingKeysWith: { first, _ in first })
        page.bytes = page.messages.values.reduce(0) { $0 + $1.message.body.count }
        self.pages[queue] = page
        self.makeRoom()
        return browsed
    }

    /// A message as it was read, if so much of its body was kept.
    func message(
        after id: MessageID?, of queue: QueueName, bodyBytes: Int
    ) -> BrowsedMessage? {
        guard let page = self.pages[queue] else { return nil }
        let place = id.map { page.glance.count(through: $0) } ?? 0
        guard page.glance.entries.indices.contains(place),
            let message = page.messages[page.glance.entries[place].id],
            message.message.body.count >= min(message.bodyBytes, bodyBytes)
        else { return nil }
        return message.keeping(bodyBytes: bodyBytes)
    }

    func glance(of queue: QueueName) -> Glance { self.pages[queue]?.glance ?? Glance() }

    private func touch(_ queue: QueueName) {
        self.order.removeAll { $0 == queue }
        self.order.append(queue)
        if self.order.count > Self.queuesMax { self.pages[self.order.removeFirst()] = nil }
    }

    /// Lets go of what was read longest ago; the names of the messages stay.
    private func makeRoom() {
        var bytes = self.pages.values.reduce(0) { $0 + $1.bytes }
        for queue in self.order where bytes > Self.bodiesBytesMax {
            bytes -= self.pages[queue]?.bytes ?? 0
            self.pages[queue]?.messages = [:]
            self.pages[queue]?.bytes = 0
        }
    }
}

extension BrowsedMessage {
    /// The same with so much of its body at most.
    func keeping(bodyBytes: Int) -> BrowsedMessage {
        guard self.message.body.count > bodyBytes else { return self }
        var copy = self
        copy.message.body = Array(self.message.body.prefix(bodyBytes))
        return copy
    }

    /// A message as it was taken, or read from a stream.
    init(_ message: Message, id: MessageID, isRedelivered: Bool) {
        let deaths = DeathRecord.records(in: message.properties.headers)
        // It came here when it died last. The record has the time of the first of its deaths, which
        // is the last one when it was the only one.
        let diedAt = deaths.first.flatMap { $0.count == 1 && $0.timeSeconds > 0 ? $0 : nil }
        self.init(
            id: id, message: message, bodyBytes: message.body.count,
            enqueuedAt: diedAt.map { Timestamp(seconds: Int64(min($0.timeSeconds, 1 << 40))) },
            isRedelivered: isRedelivered, isUnacked: false, deaths: deaths)
    }
}
