import Core
import Messaging

// What clients and operators set up, and what publishers hear of it.
extension TestBroker {
    func declareExchange(
        _ name: String, _ type: String = "fanout", durable: Bool = false,
        autoDelete: Bool = false, isInternal: Bool = false, arguments: FieldTable = [:]
    ) {
        self.send(
            .declareExchange(
                ExchangeDeclaration(
                    name: ExchangeName(name), type: type, isDurable: durable,
                    isAutoDelete: autoDelete, isInternal: isInternal, arguments: arguments)))
    }

    func deleteExchange(_ name: String, ifUnused: Bool = false) {
        self.send(.deleteExchange(ExchangeName(name), ifUnused: ifUnused, isNoWait: false))
    }

    func deleteQueue(_ name: String) {
        self.send(
            .deleteQueue(QueueName(name), ifUnused: false, ifEmpty: false, isNoWait: false))
    }

    func bind(
        _ queue: String, to exchange: String, key: String = "", arguments: FieldTable = [:]
    ) {
        self.send(
            .bind(
                BindingRequest(
                    .queue(QueueName(queue)), to: ExchangeName(exchange), routingKey: key,
                    arguments: arguments)))
    }

    func unbind(
        _ queue: String, from exchange: String, key: String = "", arguments: FieldTable = [:]
    ) {
        self.send(
            .unbind(
                BindingRequest(
                    .queue(QueueName(queue)), to: ExchangeName(exchange), routingKey: key,
                    arguments: arguments)))
    }

    /// Has messages of `source` go on to another exchange.
    func bind(exchange: String, to source: String, key: String = "") {
        self.send(
            .bind(
                BindingRequest(
                    .exchange(ExchangeName(exchange)), to: ExchangeName(source), routingKey: key)))
    }

    func unbind(exchange: String, from source: String, key: String = "") {
        self.send(
            .unbind(
                BindingRequest(
                    .exchange(ExchangeName(exchange)), to: ExchangeName(source), routingKey: key)))
    }

    /// Exchanges of all virtual hosts.
    var exchangeCount: Int { self.broker.sample(now: self.now).exchanges }

    /// Bytes that hold messages.
    var memory: Int { self.broker.sample(now: self.now).messageMemoryBytes }

    /// The hidden queue of messages that wait.
    var waitingLog: QueueID? { self.broker.waitingLog() }

    /// Messages that wait in exchanges which delay them.
    var delayed: Int { self.broker.sample(now: self.now).delayed }

    var unroutableTotal: UInt64 { self.broker.sample(now: self.now).unroutableTotal }

    func id(of queue: QueueName) -> QueueID? { self.broker.id(of: queue) }

    var isRefusingPublishers: Bool { self.broker.isRefusingPublishers }

    /// When the broker wants to be woken.
    var nextTimer: Timestamp? { self.broker.nextTimer }

    /// What a publisher was answered since the last call: `3` confirmed, `≤3` with all before it,
    /// `!3` refused.
    func answers() -> [String] {
        self.takeEffects().compactMap { effect in
            switch effect {
            case .confirm(_, let tag, let isMultiple):
                isMultiple ? "≤\(tag.number)" : "\(tag.number)"
            case .reject(_, let tag): "!\(tag.number)"
            case .deliver, .awaitCommit, .got, .directReply, .reply, .returned, .consumerCancelled,
                .closeChannel, .blocked, .unblocked, .closeConnection:
                nil
            }
        }
    }

    /// The methods that were answered since the last call.
    func replies(_ connection: ConnectionID? = nil) -> [Reply] {
        self.takeEffects(connection).compactMap { effect in
            guard case .reply(_, let reply) = effect else { return nil }
            return reply
        }
    }

    /// Gives the broker what an operator wants; returns what is wrong with it.
    @discardableResult
    func apply(_ definitions: Definitions) -> [String] {
        defer { self.finish() }
        return self.broker.apply(definitions, now: self.now)
    }

    /// Limits the memory of messages to what they take now and so many bytes.
    func limitMemory(toBytesMore bytes: Int) {
        self.broker.setMessageMemoryMax(self.memory + bytes)
        self.finish()
    }

    /// Connects to a virtual host and opens channel 1; says whether there is such a host.
    func connect(_ number: UInt64, to host: VirtualHostName) -> Bool {
        let id = ConnectionID(number)
        let isKnown = self.broker.connectionOpened(
            id, origin: "127.0.0.1:\(number)", user: "guest", host: host)
        if isKnown { self.send(.openChannel, id) }
        return isKnown
    }
}

extension MessageProperties {
    static func priority(_ priority: UInt8) -> MessageProperties {
        var properties = MessageProperties()
        properties.priority = priority
        return properties
    }

    static var persistent: MessageProperties {
        var properties = MessageProperties()
        properties.deliveryMode = DeliveryMode.persistent.rawValue
        return properties
    }

    static func headers(_ headers: FieldTable) -> MessageProperties {
        var properties = MessageProperties()
        properties.headers = headers
        return properties
    }

    static func expiring(_ milliseconds: Int) -> MessageProperties {
        var properties = MessageProperties()
        properties.expiration = "\(milliseconds)"
        return properties
    }
}

extension FieldTable {
    /// Arguments of a queue whose dead letters go to another by its name.
    static func dying(into queue: String, _ further: FieldTable = [:]) -> FieldTable {
        FieldTable(
            [
                Field("x-dead-letter-exchange", .string("")),
                Field("x-dead-letter-routing-key", .string(queue)),
            ] + further.fields)
    }
}
