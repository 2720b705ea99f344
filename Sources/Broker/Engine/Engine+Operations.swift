import Core
import Messaging
import Store

/// What operators ask, through a link; each call is one batch.
extension Engine {
    /// Takes over what an earlier process left; before anything else is asked.
    ///
    /// - Returns: What could not be taken over, each as a sentence.
    package func restore(_ recovered: Recovered) -> [String] {
        self.damages += recovered.report.damages
        return self.operation { broker, now in
            broker.restore(recovered.definitions, recovered.contents, now: now)
        }
    }

    /// The figures of the broker and of every queue.
    package func sample(in host: VirtualHostName = .default) -> BrokerFigures {
        var figures = self.broker.sample(in: host, now: self.clock.now())
        figures.trouble.damages = self.damages.map(\.description)
        return figures
    }

    /// What is connected to a queue; nil when there is none of that name.
    package func detail(
        of queue: QueueName, in host: VirtualHostName = .default
    ) -> QueueFacts? {
        self.broker.detail(of: queue, in: host, now: self.clock.now())
    }

    /// The virtual hosts that there are, by name.
    package var virtualHosts: [VirtualHostName] { self.broker.virtualHosts }

    /// Every connection and consumer of a virtual host.
    package func clients(in host: VirtualHostName = .default) -> ClientFigures {
        self.broker.clients(in: host, now: self.clock.now())
    }

    /// Closes a connection with `CONNECTION_FORCED` and that explanation.
    ///
    /// It is forgotten before the client hears of it: its unacked messages are ready again.
    ///
    /// - Returns: How many messages went back; nil when there is no such connection.
    package func closeConnection(_ id: ConnectionID, _ explanation: String) -> Int? {
        guard let outlet = self.outlets[id], let unacked = self.broker.unacked(of: id) else {
            return nil
        }
        outlet.close(.connectionForced, explanation)
        outlet.flush()
        return unacked
    }

    /// Cancels a consumer; its client is told.
    ///
    /// - Returns: How many messages it holds still; nil when there is no such consumer.
    package func cancelConsumer(
        _ tag: ConsumerTag, on channel: ChannelNumber, of connection: ConnectionID
    ) -> Int? {
        self.operation { broker, now in
            broker.cancelConsumer(tag, on: channel, of: connection, now: now)
        }
    }

    /// One page of a queue, ready and unacked together; nil when there is no such queue.
    package func browse(
        _ queue: QueueName, in host: VirtualHostName = .default, after: Position?,
        countMax: Int, bodyBytesMax: Int
    ) async -> RecordPage? {
        await self.observed { broker, _ in
            broker.browse(
                queue, in: host, after: after, countMax: countMax, bodyBytesMax: bodyBytesMax)
        }
    }

    /// Publishes one message; returns how many queues it reached, nil when its exchange does not
    /// exist.
    package func publish(_ message: Message, in host: VirtualHostName = .default) -> Int? {
        self.operation { broker, now in broker.publish(message, in: host, now: now) }
    }

    /// Removes every ready message; returns how many, nil when there is no such queue.
    package func purge(_ queue: QueueName, in host: VirtualHostName = .default) -> Int? {
        self.operation { broker, now in broker.purge(queue, in: host, now: now) }
    }

    /// Removes chosen messages as far as they are still ready; nil when there is no such queue.
    package func delete(
        _ positions: [Position], from queue: QueueName, in host: VirtualHostName = .default
    ) async -> Int? {
        await self.observed { broker, now in
            broker.deleteMessages(positions, from: queue, in: host, now: now)
        }
    }

    /// Deletes a queue on these conditions.
    package func deleteQueue(
        _ queue: QueueName, in host: VirtualHostName = .default, ifUnused: Bool, ifEmpty: Bool
    ) -> QueueDeletion {
        self.operation { broker, now in
            broker.deleteQueue(queue, in: host, ifUnused: ifUnused, ifEmpty: ifEmpty, now: now)
        }
    }

    /// Where the log of a queue ends now; nil when there is no such queue.
    package func end(of queue: QueueName, in host: VirtualHostName = .default) -> QueueEnd? {
        self.broker.end(of: queue, in: host)
    }

    /// Moves up to `countMax` ready messages, as `Broker.redriveStep` says.
    ///
    /// Other batches run between two steps, so a long redrive holds nobody up. When the answer is
    /// ``RedriveNext/loading(_:)`` the step has already waited: go on at once.
    package func redriveStep(
        source: QueueName, in host: VirtualHostName = .default, selection: RedriveSelection,
        target: RedriveTarget, from cursor: RedriveCursor, countMax: Int
    ) async -> RedriveStep {
        let step = self.operation { broker, now in
            broker.redriveStep(
                source: source, in: host, selection: selection, target: target, from: cursor,
                countMax: countMax, now: now)
        }
        if case .loading = step.next { await self.chunkArrival() }
        return step
    }

    /// Asks until the store has read back what the answer needs.
    func observed<Value: Sendable>(
        _ ask: @Sendable (inout Broker, Timestamp) -> Observed<Value>
    ) async -> Value? {
        while true {
            switch self.operation(ask) {
            case .value(let value): return value
            case .queueNotFound: return nil
            case .loading: await self.chunkArrival()
            }
        }
    }
}
