import AMQP
import Messaging

/// Makes the messages of one stream, the same ones from the same seed.
package struct MessageFactory: Sendable {
    private let exchange: [UInt8]
    private let body: LoadBody
    private var templates: [MessageTemplate]
    /// For each share of each variant, the variant's template.
    private let draws: [Int]
    private var random: LoadRandom
    private var content: [UInt8]

    package init(_ stream: LoadStream, seed: UInt64) {
        self.exchange = Array(stream.exchange.text.utf8)
        self.body = stream.body
        self.templates = stream.variants.map { MessageTemplate($0, of: stream) }
        self.draws = stream.variants.enumerated()
            .flatMap { Array(repeating: $0.offset, count: $0.element.share) }
        self.random = LoadRandom(seed: seed)
        switch stream.body {
        case .filler(let bytes): self.content = Array(repeating: UInt8(ascii: "x"), count: bytes)
        case .order: self.content = []
        }
    }

    /// Lends the next message, stamped with its planned time.
    package mutating func next(_ planned: Schedule.Planned, _ send: (MessageBytes) -> Void) {
        let variant =
            self.draws.count == 1 ? 0 : self.draws[self.random.draw(below: self.draws.count)]
        self.templates[variant].stamp(planned.due)
        if case .order(let bytesMin) = self.body {
            self.content.removeAll(keepingCapacity: true)
            OrderBody.append(
                id: planned.number, bytesMin: bytesMin, random: &self.random, to: &self.content)
        }
        self.exchange.withUnsafeBytes { exchange in
            self.templates[variant].routingKey.withUnsafeBytes { routingKey in
                self.templates[variant].properties.withUnsafeBytes { properties in
                    self.content.withUnsafeBytes { content in
                        send(
                            MessageBytes(
                                exchange: exchange, routingKey: routingKey,
                                properties: properties, body: content))
                    }
                }
            }
        }
    }
}
