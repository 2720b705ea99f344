import Messaging

/// Where one message goes.
struct Route {
    /// Slots of the queues, each once, ascending.
    var queues: [Int] = []
    /// Names of consumers that wait for replies: those of ``DirectReply``.
    var replies: [[UInt8]] = []
    /// Exchanges in which it has to wait.
    var delays: [Delay] = []
    /// Whether exchange and routing key alone led there.
    var isByKeyAlone = true
}

/// An exchange that delays a message, and for how long.
struct Delay: Equatable {
    /// Its slot.
    var exchange: Int
    var milliseconds: Int64
}

extension Broker {
    /// Where a message goes that is published to an exchange of that name; nil when there is none.
    func route(
        _ message: RoutedMessage, exchange: UnsafeRawBufferPointer, in host: Int
    ) -> Route? {
        guard exchange.count > 0 else {
            if DirectReply.isAddress(message.routingKey) {
                return Route(replies: [Array(message.routingKey)], isByKeyAlone: false)
            }
            let queue = self.hosts[host].queues[QueueName(message.routingKey.text)]
            return Route(queues: queue.map { [$0] } ?? [])
        }
        guard let slot = self.hosts[host].exchanges[ExchangeName(exchange.text)] else {
            return nil
        }
        return self.route(message, from: slot)
    }

    /// Follows bindings from exchange to exchange, each exchange once, however they go in circles.
    ///
    /// A message that an exchange sends nowhere goes on to its alternate exchange.
    func route(_ message: RoutedMessage, from slot: Int) -> Route {
        if let delay = self.delay(of: message, in: slot) {
            return Route(delays: [delay], isByKeyAlone: false)
        }
        var destinations: [Destination] = []
        self.exchanges[slot].route(message, into: &destinations)
        // Mostly an exchange leads to queues, and to some at all.
        if !destinations.isEmpty, let queues = Self.queues(destinations) {
            return Route(queues: queues, isByKeyAlone: self.exchanges[slot].isByKeyAlone)
        }
        return self.followed(message, from: slot)
    }

    private func delay(of message: RoutedMessage, in slot: Int) -> Delay? {
        guard self.exchanges[slot].kind == .delayed else { return nil }
        return DelayedRoutes.delayMilliseconds(of: message)
            .map { Delay(exchange: slot, milliseconds: $0) }
    }

    /// The queues among destinations, each once and ascending; nil when there is an exchange too.
    private static func queues(_ destinations: [Destination]) -> [Int]? {
        var queues: [Int] = []
        queues.reserveCapacity(destinations.count)
        for destination in destinations {
            guard case .queue(let slot) = destination else { return nil }
            queues.append(slot)
        }
        queues.sort()
        var last = -1
        queues.removeAll { slot in
            defer { last = slot }
            return slot == last
        }
        return queues
    }

    private func followed(_ message: RoutedMessage, from slot: Int) -> Route {
        var queues: Set<Int> = []
        var seen: Set<Int> = [slot]
        var pending = [slot]
        var delays: [Delay] = []
        var isByKeyAlone = true
        var destinations: [Destination] = []
        while let exchange = pending.popLast() {
            destinations.removeAll(keepingCapacity: true)
            if let delay = self.delay(of: message, in: exchange) {
                delays.append(delay)
                isByKeyAlone = false
                continue
            }
            self.exchanges[exchange].route(message, into: &destinations)
            isByKeyAlone = isByKeyAlone && self.exchanges[exchange].isByKeyAlone
            if destinations.isEmpty, let alternate = self.alternate(of: exchange) {
                destinations.append(.exchange(alternate))
            }
            for destination in destinations {
                switch destination {
                case .queue(let queue): queues.insert(queue)
                case .exchange(let next):
                    if seen.insert(next).inserted { pending.append(next) }
                }
            }
        }
        return Route(queues: queues.sorted(), delays: delays, isByKeyAlone: isByKeyAlone)
    }

    private func alternate(of exchange: Int) -> Int? {
        guard let name = self.exchanges[exchange].alternate else { return nil }
        return self.hosts[self.exchanges[exchange].host].exchanges[name]
    }

    /// The queues that anything which goes into an exchange may come to, whatever its key is.
    func reachableQueues(from exchange: Int) -> Set<Int> {
        var queues: Set<Int> = []
        var seen: Set<Int> = [exchange]
        var pending = [exchange]
        while let exchange = pending.popLast() {
            var destinations = Array(self.exchanges[exchange].outbound.keys)
            if let alternate = self.alternate(of: exchange) {
                destinations.append(.exchange(alternate))
            }
            for destination in destinations {
                switch destination {
                case .queue(let queue): queues.insert(queue)
                case .exchange(let next):
                    if seen.insert(next).inserted { pending.append(next) }
                }
            }
        }
        return queues
    }

    /// The queues that a message with that key goes to, when nothing else decides it.
    func route(key: String, exchange: ExchangeName, in host: Int) -> [Int] {
        Array(exchange.text.utf8).withUnsafeBytes { exchange in
            Array(key.utf8).withUnsafeBytes { key in
                let message = RoutedMessage(
                    routingKey: key, properties: UnsafeRawBufferPointer(start: nil, count: 0))
                return self.route(message, exchange: exchange, in: host)?.queues ?? []
            }
        }
    }
}
