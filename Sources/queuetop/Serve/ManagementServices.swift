import Certificates
import Engine
import Glibc
import ManagementAPI
import NIOCore
import NIOPosix
import OpenFiles
import ServiceLifecycle

/// The management API of the broker in this process.
struct ManagementServices {
    let port: UInt16
    let securePort: UInt16?
    /// What it is bound to, which may be every address.
    let address: String
    let services: [any Service]

    /// How this machine reaches it, such as `http://127.0.0.1:15672`.
    var url: String { "http://\(Self.host(of: self.address)):\(self.port)" }

    /// What it listens on, that for TLS included: `http://0.0.0.0:15672, https://0.0.0.0:15671`.
    var addresses: String {
        let host = Self.urlHost(self.address)
        return "http://\(host):\(self.port)"
            + (self.securePort.map { ", https://\(host):\($0)" } ?? "")
    }

    /// Begins to listen; answers come once the services run.
    static func listen(
        on port: UInt16, at address: String, secure: SecureManagement?, behind gate: FileGate,
        _ broker: EmbeddedBroker, clock: EngineClock
    ) async throws(ManagementListenError) -> ManagementServices {
        // Threads of their own, so that writing a long list holds up no client of the broker.
        let server = try await ManagementServer.listen(
            port: port, at: address, secure: secure, behind: gate,
            on: MultiThreadedEventLoopGroup.singleton)
        let (rates, redrives) = (RateBook(), RedriveDesk(broker.engine))
        var face = BrokerFace(
            version: Version.text, node: "queuetop@\(Self.hostName)",
            amqpPort: broker.server.port, managementPort: server.port,
            dataDirectory: broker.directory.path, processID: getpid(),
            processors: System.coreCount, startedAt: clock.now())
        face.secureManagementPort = server.securePort
        face.secureAMQPPort = broker.server.securePort
        let certificates = broker.certificates
        let context = ManagementContext(
            engine: broker.engine, rates: rates, redrives: redrives, identity: face
        ) { certificates.map(ShownCertificates.init) }
        server.serve(ManagementRouter(context, gate: EngineGate(broker.engine)))
        return ManagementServices(
            port: server.port, securePort: server.securePort, address: address,
            services: [server, RateSampler(broker.engine, rates), redrives])
    }

    /// Whoever listens on every address is reached on this machine's own.
    private static func host(of address: String) -> String {
        switch address {
        case "0.0.0.0": ManagementServer.loopback
        case "::": "[::1]"
        default: Self.urlHost(address)
        }
    }

    private static func urlHost(_ address: String) -> String {
        address.contains(":") ? "[\(address)]" : address
    }

    /// This machine's name; `localhost` when it has none.
    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0, name[0] != 0 else { return "localhost" }
        return name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }
}

extension ShownCertificates {
    /// What is shown at the moment.
    init(_ certificates: ServerCertificates) {
        let ends = certificates.ends
        self.init(
            path: certificates.files.certificate, ends: ends.certificate,
            authoritiesPath: certificates.files.authorities, authorityEnds: ends.authorities)
    }
}
