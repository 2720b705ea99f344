import NIOCore
import NIOPosix
import Synchronization

/// A wire between a link and its broker that can be cut: right now, or in the middle of what the
/// link sends.
final class Cable: Sendable {
    fileprivate struct State {
        var channels: [any Channel] = []
        /// Bytes that still go from the link to the broker before the cut; nil without end.
        var bytesLeft: Int?
        /// What the link may not send: the cut is before it.
        var barrier: [UInt8]?
    }

    let port: Int
    private let listener: any Channel
    /// Guarded by its own lock, which nothing else is taken under.
    private let state: StateBox

    /// Lays a wire to a port on this machine.
    static func lay(to port: Int, on group: any EventLoopGroup) async throws -> Cable {
        let state = StateBox()
        let listener = try await ServerBootstrap(group: group)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { near in
                ClientBootstrap(group: near.eventLoop)
                    .channelOption(.autoRead, value: false)
                    .connect(host: "127.0.0.1", port: port)
                    .flatMapThrowing { far in
                        state.add([near, far])
                        try near.pipeline.syncOperations.addHandler(Relay(to: far, state))
                        try far.pipeline.syncOperations.addHandler(Relay(to: near, nil))
                    }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return Cable(listener, state)
    }

    private init(_ listener: any Channel, _ state: StateBox) {
        self.listener = listener
        self.port = listener.localAddress!.port!
        self.state = state
    }

    /// Cuts all connections; new ones can be made.
    func cut() { self.state.cut() }

    /// Cuts after so many more bytes of the link's.
    func cut(afterBytes count: Int) { self.state.value.withLock { $0.bytesLeft = count } }

    /// Cuts when the link is about to send a method, named by the numbers of its class and its own.
    func cut(before method: (UInt8, UInt8)) {
        self.state.value.withLock { $0.barrier = [0, method.0, 0, method.1] }
    }

    func remove() async throws {
        self.cut()
        try await self.listener.close()
    }

    /// What the two ends share.
    fileprivate final class StateBox: Sendable {
        fileprivate let value = Mutex(State())

        func add(_ channels: [any Channel]) { self.value.withLock { $0.channels += channels } }

        func cut() {
            let channels = self.value.withLock { state in
                state.bytesLeft = nil
                state.barrier = nil
                return exchange(&state.channels, with: [])
            }
            for channel in channels { channel.close(promise: nil) }
        }

        /// How many of these bytes go through.
        func pass(_ buffer: ByteBuffer) -> Int {
            let count = buffer.readableBytes
            return self.value.withLock { state in
                if let barrier = state.barrier,
                    buffer.readableBytesView.firstRange(of: barrier) != nil
                {
                    return 0
                }
                guard let left = state.bytesLeft else { return count }
                state.bytesLeft = max(0, left - count)
                return min(left, count)
            }
        }
    }

    /// Carries what one end sends to the other, read by read.
    private final class Relay: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let peer: any Channel
        private let limit: StateBox?

        init(to peer: any Channel, _ limit: StateBox?) {
            self.peer = peer
            self.limit = limit
        }

        func handlerAdded(context: ChannelHandlerContext) {
            if context.channel.isActive { context.read() }
        }

        func channelActive(context: ChannelHandlerContext) { context.read() }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = Self.unwrapInboundIn(data)
            let count = self.limit?.pass(buffer) ?? buffer.readableBytes
            guard count == buffer.readableBytes else {
                let limit = self.limit
                // What goes through before the cut has to arrive.
                self.peer.writeAndFlush(buffer.getSlice(at: buffer.readerIndex, length: count)!)
                    .whenComplete { _ in limit?.cut() }
                return
            }
            let near = context.channel
            self.peer.writeAndFlush(buffer).whenSuccess { near.read() }
        }

        func channelInactive(context: ChannelHandlerContext) { self.peer.close(promise: nil) }
    }
}
