import Core
import Engine
import Messaging

/// What the controllers share: the broker, its rates, and what it says of itself.
package struct ManagementContext: Sendable {
    let engine: Engine
    let rates: RateBook
    let redrives: RedriveDesk
    let identity: BrokerFace
    /// What the listeners with TLS show at the moment; nil when there are none.
    let certificates: @Sendable () -> ShownCertificates?

    package init(
        engine: Engine, rates: RateBook, redrives: RedriveDesk, identity: BrokerFace,
        certificates: @escaping @Sendable () -> ShownCertificates? = { nil }
    ) {
        self.engine = engine
        self.rates = rates
        self.redrives = redrives
        self.identity = identity
        self.certificates = certificates
    }

    /// Checks that a virtual host exists before anything in it is looked for.
    func require(_ host: VirtualHostName) async throws(APIFailure) {
        guard await self.engine.virtualHosts.contains(host) else { throw .notFound }
    }
}

/// What a broker says of itself.
package struct BrokerFace: Sendable {
    /// The version of RabbitMQ whose behaviour this is, which clients ask for to know what they
    /// may expect.
    static let rabbitVersion = "3.10.8"

    package var version: String
    /// Such as `queuetop@myhost`.
    package var node: String
    package var host: String
    package var amqpPort: UInt16
    /// Where it speaks AMQP over TLS; nil when it does not.
    package var secureAMQPPort: UInt16?
    package var managementPort: UInt16
    /// Where it answers over TLS; nil when it does not.
    package var secureManagementPort: UInt16?
    package var dataDirectory: String
    package var processID: Int32
    package var processors: Int
    package var startedAt: Timestamp

    package init(
        version: String, node: String, host: String = "127.0.0.1", amqpPort: UInt16,
        managementPort: UInt16, dataDirectory: String, processID: Int32, processors: Int,
        startedAt: Timestamp
    ) {
        self.version = version
        self.node = node
        self.host = host
        self.amqpPort = amqpPort
        self.managementPort = managementPort
        self.dataDirectory = dataDirectory
        self.processID = processID
        self.processors = processors
        self.startedAt = startedAt
    }

    /// A connection as RabbitMQ names it, such as `127.0.0.1:51234 -> 127.0.0.1:5672`.
    func connectionName(_ origin: String) -> String {
        "\(origin) -> \(self.host):\(self.amqpPort)"
    }
}
