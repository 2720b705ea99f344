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
    /// Bytes of one read of a socket: few for the idle ones, which are many, and for a busy one as
    /// many as let a publisher that never pauses not starve those who ack.
    ///
    /// Measured with acks of 100 and prefetch 1,000: reads of 256 KiB left consumers at a quarter
    /// of the publisher's rate, reads of 64 KiB at nine tenths.
    static let readAllocator = AdaptiveRecvByteBufferAllocator(
        minimum: 2_048, initial: 2_048, maximum: 65_536)
    /// How long the last words to a client may take.
    static let hangUpTimeout = TimeAmount.seconds(5)

    /// How long a TLS handshake may take, as in RabbitMQ.
    static let secureTimeout = TimeAmount.seconds(5)
    /// The mechanism that takes a client certificate for a login.
    static let external = "EXTERNAL"

    let engine: Engine
    var settings: ConnectionSettings
    /// Whom a client certificate names; nil where none is asked for.
    var certificateLogin: CertificateLogin?
    let pool = OutputPool()
    /// Hears of clients that come, go and are turned away.
    let observe: @Sendable (ServerEvent) -> Void

    /// Enters the engine at once on its own loop, else hands the work over.
    func enterEngine(_ work: @escaping @Sendable (isolated Engine) -> Void) {
        let engine = self.engine
        guard !engine.loop.inEventLoop else { return engine.assumeIsolated(work) }
        engine.loop.execute { engine.assumeIsolated(work) }
    }
}
