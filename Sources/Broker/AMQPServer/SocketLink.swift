import Engine
import NIOCore

/// How the engine's half of a connection reaches the socket's half.
struct SocketLink: Sendable {
    private let loop: any EventLoop
    private let handler: NIOLoopBound<ConnectionHandler>

    /// Called on the handler's event loop.
    init(_ handler: ConnectionHandler, on loop: any EventLoop) {
        self.loop = loop
        self.handler = NIOLoopBound(handler, eventLoop: loop)
    }

    /// Says whether the client's login is right.
    func answer(_ answer: LoginAnswer) {
        guard !self.loop.inEventLoop else { return self.handler.value.loginJudged(answer) }
        self.loop.execute { self.handler.value.loginJudged(answer) }
    }

    /// Writes bytes, carries out orders and flushes: at once on the same loop, else over there.
    ///
    /// - Returns: The buffer, when it is written and free to be used again.
    func send(_ output: ByteBuffer?, _ orders: [SocketOrder], batchesDone: Int) -> ByteBuffer? {
        guard self.loop.inEventLoop else {
            self.loop.execute {
                _ = self.handler.value.carryOut(output, orders, batchesDone: batchesDone)
            }
            return nil
        }
        return self.handler.value.carryOut(output, orders, batchesDone: batchesDone)
    }
}
