import NIOCore
import NIOSSL
import NIOTLS

/// Hangs up on whoever does not finish a TLS handshake in time.
///
/// Stands behind the handler that does TLS, and goes when it has said that it is done.
package final class SecureHandshake: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = ByteBuffer

    private let timeout: TimeAmount
    private var timer: Scheduled<Void>?

    package init(within timeout: TimeAmount) { self.timeout = timeout }

    package func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { self.begin(context) }
    }

    package func channelActive(context: ChannelHandlerContext) {
        self.begin(context)
        context.fireChannelActive()
    }

    package func handlerRemoved(context: ChannelHandlerContext) { self.timer?.cancel() }

    package func channelInactive(context: ChannelHandlerContext) {
        self.timer?.cancel()
        context.fireChannelInactive()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSUserEvent, case .handshakeCompleted = event {
            self.timer?.cancel()
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard self.timer == nil else { return }
        self.timer = context.eventLoop.assumeIsolated().scheduleTask(in: self.timeout) {
            let operations = context.pipeline.syncOperations
            // From before the handler of TLS, which would say goodbye to who says nothing.
            let secure = try? operations.context(handlerType: NIOSSLServerHandler.self)
            (secure ?? context).close(promise: nil)
        }
    }
}
