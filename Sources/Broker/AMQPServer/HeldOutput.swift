import Core
import NIOCore

/// What a client is not to hear before something that it declared is durable.
struct HeldOutput {
    /// That commit; nil when nothing has to wait.
    var commit: CommitNumber?
    var output: ByteBuffer?
    var orders: [SocketOrder] = []
    /// The connection is closed with it.
    var isLeaving = false
}
