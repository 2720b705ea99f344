/// A direct exchange's destinations, by the key that they are bound with (AMQP 0-9-1, 3.1.3.1).
struct DirectRoutes: ExchangeRoutes {
    private var destinations: [[UInt8]: DestinationCounts] = [:]

    mutating func bind(_ destination: Destination, with binding: Binding) {
        self.destinations[Array(binding.routingKey.utf8), default: .init()].add(destination)
    }

    mutating func unbind(_ destination: Destination, with binding: Binding) {
        let key = Array(binding.routingKey.utf8)
        self.destinations[key]?.remove(destination)
        if self.destinations[key]?.isEmpty == true { self.destinations[key] = nil }
    }

    func route(_ message: RoutedMessage, into destinations: inout [Destination]) {
        if let all = self.destinations[Array(message.routingKey)]?.all {
            destinations.append(contentsOf: all)
        }
    }
}
