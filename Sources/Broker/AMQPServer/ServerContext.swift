import AMQP
import Engine
import NIOCore

/// What all connections of one server share.
struct ServerContext: Sendable {
    /// Reads of one connection that may wait for an engine on another loop.
    static let batchesUnderWayMax = 4
    /// Bytes that a client may have asked for and not read before it is no longer listened to.
    static let outputBytesMax = 4_194_304
    /// Bytes that wait for a socket before its consumers get nothing more, and before they do
    /// again.
    static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 65_536, high: 262_144)
    /// Bytes of one read of a socket.
    static let readBytes = 262_144
    /// How long the last words to a client may take.
    static let hangUpTimeout = TimeAmount.seconds(5)

    let engine: Engine
    let settings: ConnectionSettings
    let pool = OutputPool()

    /// Enters the engine at once on its own loop, else hands the work over.
    func enterEngine(_ work: @escaping @Sendable (isolated Engine) -> Void) {
        let engine = self.engine
        guard !engine.loop.inEventLoop else { return engine.assumeIsolated(work) }
        engine.loop.execute { engine.assumeIsolated(work) }
    }
}
