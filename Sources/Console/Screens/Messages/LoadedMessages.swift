import BrokerLink
import Messaging

/// The messages of a queue that have been read, oldest first, and what a filter looks at in them.
///
/// That is put together once, when a message comes: with thousands of them, doing it for every
/// letter of a filter would be felt. It costs as much memory as the beginnings of their bodies.
struct LoadedMessages: Sendable {
    private(set) var messages: [BrowsedMessage] = []
    private var texts: [SearchText] = []

    init(_ messages: [BrowsedMessage] = []) { self.append(messages) }

    var count: Int { self.messages.count }

    mutating func append(_ messages: [BrowsedMessage]) {
        self.messages += messages
        self.texts += messages.lazy.map(Self.searchText)
    }

    subscript(place: Int) -> BrowsedMessage { self.messages[place] }

    /// The places of those that a filter lets through.
    ///
    /// - Complexity: O(*n*) in the bytes looked at.
    func places(matching filter: TextFilter) -> [Int] {
        filter.isEmpty
            ? Array(self.texts.indices)
            : self.texts.indices.filter { filter.matches(self.texts[$0]) }
    }

    /// What the filter looks at: route, ids, headers and the beginning of the payload.
    private static func searchText(_ message: BrowsedMessage) -> SearchText {
        let properties = message.message.properties
        var text = SearchText()
        text.add(Route.text(message.message.exchange, message.message.routingKey))
        for part in [properties.messageID, properties.correlationID, properties.type] {
            if let part { text.add(part) }
        }
        if let headers = properties.headers {
            for line in FieldLines.lines(of: headers, utcOffsetSeconds: 0) {
                text.add("\(line.name) \(line.value)")
            }
        }
        text.add(message.message.body.prefix(MessagesScreen.previewBytesMax))
        return text
    }
}
