/// A fanout exchange's destinations: each gets everything, whatever it is bound with (AMQP 0-9-1,
/// 3.1.3.2).
struct FanoutRoutes: ExchangeRoutes {
    private var destinations = DestinationCounts()

    mutating func bind(_ destination: Destination, with _: Binding) {
        self.destinations.add(destination)
    }

    mutating func unbind(_ destination: Destination, with _: Binding) {
        self.destinations.remove(destination)
    }

    func route(_: RoutedMessage, into destinations: inout [Destination]) {
        destinations.append(contentsOf: self.destinations.all)
    }
}
