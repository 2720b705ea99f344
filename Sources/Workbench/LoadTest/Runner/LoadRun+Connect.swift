import AMQP
import AMQPClient
import Messaging

/// Everything here runs on the event loop: the functions stay on their caller's executor.
extension LoadRun {
    /// Declares the topology, connects consumers, then producers, and begins.
    ///
    /// A run that is stopped meanwhile closes what it has; nothing begins then.
    nonisolated(nonsending) func connect(to endpoint: AMQPEndpoint) async {
        var declaredCount = 0
        do throws(AMQPClientError) {
            try await self.declareTopology(at: endpoint, count: &declaredCount)
            declaredCount = 0
            for consumer in self.scenario.consumers {
                try await self.connect(consumer, to: endpoint)
            }
            var channels: [[LoopChannel]] = []
            for stream in self.scenario.streams {
                channels.append(try await self.connect(stream, to: endpoint))
            }
            if self.isConnecting { self.begin(over: channels) }
        } catch {
            self.fail(error, declaredCount: declaredCount)
        }
    }

    private nonisolated(nonsending) func declareTopology(
        at endpoint: AMQPEndpoint, count: inout Int
    ) async throws(AMQPClientError) {
        let client = try await self.openConnection(to: endpoint)
        let channel = try await client.openChannel()
        for method in self.scenario.topology.methods {
            try await channel.call(method)
            count += 1
        }
        self.release(client.onLoop)
    }

    private nonisolated(nonsending) func connect(
        _ consumer: LoadConsumer, to endpoint: AMQPEndpoint
    ) async throws(AMQPClientError) {
        let client = try await self.openConnection(to: endpoint)
        for _ in 0..<consumer.count {
            let channel = try await client.openChannel()
            try await channel.call(
                .basic(
                    .qos(prefetchBytes: 0, prefetchCount: consumer.prefetch, isGlobal: false)))
            let onLoop = channel.onLoop
            let handler = self.addConsumer(consumer, on: onLoop)
            let result = await withCheckedContinuation { continuation in
                onLoop.consume(BasicMethod.Consume(queue: consumer.queue), handler) {
                    continuation.resume(returning: $0)
                }
            }
            _ = try result.get()
        }
    }

    private nonisolated(nonsending) func connect(
        _ stream: LoadStream, to endpoint: AMQPEndpoint
    ) async throws(AMQPClientError) -> [LoopChannel] {
        var channels: [LoopChannel] = []
        for _ in 0..<stream.connections {
            let client = try await self.openConnection(to: endpoint)
            let channel = try await client.openChannel()
            if stream.confirmWindow != nil { try await channel.selectConfirms() }
            channels.append(channel.onLoop)
        }
        return channels
    }

    /// Connects, unless the run was ended meanwhile.
    private nonisolated(nonsending) func openConnection(
        to endpoint: AMQPEndpoint
    ) async throws(AMQPClientError) -> AMQPClient {
        guard self.isConnecting else { throw .closedByClient }
        let client = try await AMQPClient.connect(
            to: endpoint, on: self.eventLoop, product: "queuetop load", tls: self.tls)
        guard self.isConnecting else {
            client.onLoop.close()
            throw .closedByClient
        }
        self.adopt(client.onLoop)
        return client
    }
}

extension LoadTopology {
    /// What declares it, in an order in which everything named exists.
    fileprivate var methods: [Method] {
        let exchanges = self.exchanges.map { exchange in
            var declare = ExchangeMethod.Declare(exchange: exchange.name, type: exchange.type)
            declare.isDurable = exchange.isDurable
            return Method.exchange(.declare(declare))
        }
        let queues = self.queues.map { queue in
            var declare = QueueMethod.Declare(queue: queue.name)
            declare.isDurable = queue.isDurable
            declare.arguments = queue.arguments
            return Method.queue(.declare(declare))
        }
        let bindings = self.bindings.map { binding in
            Method.queue(
                .bind(
                    QueueMethod.Binding(
                        queue: binding.queue, exchange: binding.exchange,
                        routingKey: binding.routingKey)))
        }
        return exchanges + queues + bindings
    }
}
