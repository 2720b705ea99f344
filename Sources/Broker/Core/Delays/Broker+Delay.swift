import Messaging

/// Messages that an exchange of the delayed type keeps for a while; see ``DelayedRoutes``.
extension Broker {
    /// Checks that a publisher's message may wait, where it has to.
    ///
    /// - Throws: 406 when too many wait, unless the publisher learns it from a nack.
    func checkWaiting(_ delays: [Delay], on channel: Int) throws(Fault) {
        guard !delays.isEmpty, self.waitingCount + delays.count > self.waitingMax,
            !self.channels[channel].isConfirming
        else { return }
        throw Fault(
            .preconditionFailed,
            "cannot delay message: \(self.waitingMax) messages wait already, which is the limit")
    }

    /// Has a message wait in each of these exchanges.
    mutating func delay(
        _ message: PublishedMessage, by delays: [Delay], _ traits: PublishTraits, now: Timestamp
    ) -> PublishOutcome {
        guard !delays.isEmpty else { return .safe }
        guard self.waitingCount + delays.count <= self.waitingMax else { return .refused }
        for delay in delays {
            message.withDelayNegated(delay) { message in
                self.wait(
                    message, .exchange(Array(self.exchanges[delay.exchange].name.text.utf8)),
                    until: now.adding(microseconds: delay.milliseconds * 1_000),
                    isPersistent: traits.isPersistent, in: self.exchanges[delay.exchange].host,
                    now: now)
            }
        }
        return traits.isPersistent ? .waiting : .safe
    }

    /// The same for a dead letter. Where too many wait already it goes on at once: it has nobody
    /// who could be told.
    mutating func delay(
        dead message: PublishedMessage, by delays: [Delay], orInto targets: inout [Int],
        now: Timestamp
    ) {
        guard !delays.isEmpty else { return }
        let properties = PropertyPeek(message.properties)
        let traits = PublishTraits(properties, ttlMicroseconds: nil)
        guard self.delay(message, by: delays, traits, now: now) == .refused else { return }
        for delay in delays {
            let route = message.withDelayNegated(delay) {
                self.route(due: $0, from: delay.exchange)
            }
            targets += route.queues.filter { !targets.contains($0) }
        }
    }

    /// What of a transaction has to wait, now that it is committed.
    func delays(_ target: Transaction.Targets, in host: Int) -> [Delay] {
        target.delays.compactMap { delay in
            self.hosts[host].exchanges[delay.exchange]
                .map { Delay(exchange: $0, milliseconds: delay.milliseconds) }
        }
    }

    /// Publishes a message that has waited long enough, by the bindings of this moment.
    ///
    /// Nobody waits for an answer any more: what a full queue refuses is counted there, and what
    /// reaches no queue is counted as unroutable.
    mutating func publishDelayed(
        _ message: PublishedMessage, _ exchange: [UInt8], in host: Int, now: Timestamp
    ) {
        let name = ExchangeName(String(decoding: exchange, as: UTF8.self))
        guard let slot = self.hosts[host].exchanges[name] else { return }
        let route = self.route(due: message, from: slot)
        let properties = PropertyPeek(message.properties)
        let traits = PublishTraits(properties, ttlMicroseconds: properties.ttlMicroseconds)
        for queue in route.queues {
            _ = self.enqueue(message, traits, to: queue, now: now)
        }
        for address in route.replies { self.deliver(message, toReplyAddress: address) }
        if route.queues.isEmpty, route.replies.isEmpty { self.unroutableTotal += 1 }
    }

    /// Where a message goes from an exchange that has delayed it, by its own key and all further
    /// ones that its publisher named.
    private func route(due message: PublishedMessage, from exchange: Int) -> Route {
        let copies = RoutedMessage(
            routingKey: message.routingKey, properties: message.properties
        ).headers["CC"]
        let keys =
            [Array(message.routingKey)] + CarbonCopies.keys(of: copies)
            + CarbonCopies.decoded(message.blindKeys)
        var all = Route()
        for key in keys {
            key.withUnsafeBytes { key in
                let copy = RoutedMessage(routingKey: key, properties: message.properties)
                let route = self.route(copy, from: exchange)
                all.queues += route.queues.filter { !all.queues.contains($0) }
                all.replies += route.replies.filter { !all.replies.contains($0) }
            }
        }
        return all
    }
}

extension PublishedMessage {
    /// Lends the message with the header negated that delays it: so it tells consumers how long
    /// that was, and delays nothing any more.
    fileprivate func withDelayNegated<Answer>(
        _ delay: Delay, _ read: (PublishedMessage) -> Answer
    ) -> Answer {
        var properties = (try? MessageProperties(decoding: self.properties)) ?? .init()
        let negated = -delay.milliseconds
        properties.setHeader(
            DelayedRoutes.headerName,
            Int32(exactly: negated).map { .int32($0) } ?? .int64(negated))
        return properties.encoded().withUnsafeBytes { properties in
            var copy = self
            copy.properties = properties
            return read(copy)
        }
    }
}
