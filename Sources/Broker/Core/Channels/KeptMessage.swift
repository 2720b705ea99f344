import Messaging

/// A message that waits outside of any queue, with bytes of its own.
struct KeptMessage {
    private let memory: ChunkMemory
    private let exchangeBytes: Int
    private let keyBytes: Int
    private let propertiesBytes: Int
    private let blindBytes: Int
    private let bodyBytes: Int
    let traits: PublishTraits

    /// Copies a message.
    init(_ message: PublishedMessage, _ traits: PublishTraits, gauge: MemoryGauge) {
        let parts = [
            message.exchange, message.routingKey, message.properties, message.blindKeys,
            message.body,
        ]
        self.memory = ChunkMemory(
            capacity: parts.reduce(Limits.transactionMessageBytes) { $0 + $1.count }, gauge: gauge)
        self.exchangeBytes = message.exchange.count
        self.keyBytes = message.routingKey.count
        self.propertiesBytes = message.properties.count
        self.blindBytes = message.blindKeys.count
        self.bodyBytes = message.body.count
        self.traits = traits
        var next = self.memory.base
        for part in parts {
            if let start = part.baseAddress { next.copyMemory(from: start, byteCount: part.count) }
            next += part.count
        }
    }

    /// Bytes of memory that it holds.
    var bytes: Int { self.memory.capacity }

    /// Lends the message where it lies.
    func withMessage<Answer>(_ read: (PublishedMessage) -> Answer) -> Answer {
        withExtendedLifetime(self.memory) {
            var offset = 0
            func part(_ count: Int) -> UnsafeRawBufferPointer {
                defer { offset += count }
                return UnsafeRawBufferPointer(start: self.memory.base + offset, count: count)
            }
            let (exchange, key) = (part(self.exchangeBytes), part(self.keyBytes))
            let (properties, blindKeys) = (part(self.propertiesBytes), part(self.blindBytes))
            var message = PublishedMessage(
                exchange: exchange, routingKey: key, properties: properties,
                body: part(self.bodyBytes))
            message.blindKeys = blindKeys
            return read(message)
        }
    }
}
