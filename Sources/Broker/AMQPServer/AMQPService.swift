import NIOCore
import ServiceLifecycle

/// Keeps a server until the program is asked to stop, then takes leave of its clients.
package struct AMQPService: Service {
    /// How long clients have to confirm that the connection ends.
    package static let farewell = TimeAmount.seconds(3)

    private let server: AMQPServer
    private let farewell: TimeAmount

    /// - Parameter farewell: How long its clients have at the end.
    package init(_ server: AMQPServer, farewell: TimeAmount = AMQPService.farewell) {
        self.server = server
        self.farewell = farewell
    }

    package func run() async throws {
        try? await gracefulShutdown()
        await self.server.stop(within: self.farewell)
    }
}
