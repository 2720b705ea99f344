import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Hangs up on clients that take too long to send a request or to read its answer.
///
///     connect ── request, at most 60 s ──▶ its end ── the broker works ──▶ head of the answer
///        ▲                                                                      │
///        └──────────── end of the answer ◀── read, at most 120 s ───────────────┘
///
/// A head that comes octet by octet is not seen here before it is whole, so it does not put the
/// end off. A stream of events may take as long as it likes. Confined to its channel's event loop.
package final class SlowClientHandler: ChannelDuplexHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPRequestPart
    /// Requests are passed on as they came.
    package typealias InboundOut = HTTPRequestPart
    /// And so are answers.
    package typealias OutboundIn = HTTPResponsePart
    package typealias OutboundOut = HTTPResponsePart

    private let requestTimeout: TimeAmount
    private let answerTimeout: TimeAmount
    private var timer: Scheduled<Void>?

    /// - Parameters:
    ///   - requestTimeout: See ``ManagementServer/requestTimeout``.
    ///   - answerTimeout: See ``ManagementServer/answerTimeout``.
    package init(_ requestTimeout: TimeAmount, _ answerTimeout: TimeAmount) {
        self.requestTimeout = requestTimeout
        self.answerTimeout = answerTimeout
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.arm(self.requestTimeout, context)
    }

    package func handlerRemoved(context: ChannelHandlerContext) { self.timer?.cancel() }

    package func channelInactive(context: ChannelHandlerContext) {
        self.timer?.cancel()
        context.fireChannelInactive()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .end = Self.unwrapInboundIn(data) { self.timer?.cancel() }
        context.fireChannelRead(data)
    }

    package func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        switch Self.unwrapOutboundIn(data) {
        case .head(let head) where head.headerFields[.contentType] == Self.events: break
        case .head: self.arm(self.answerTimeout, context)
        case .body: break
        case .end: self.armBehindAnswer(context)
        }
        context.write(data, promise: promise)
    }

    static let events = "text/event-stream"

    /// Begins to wait for the next request when the answer is out.
    private func armBehindAnswer(_ context: ChannelHandlerContext) {
        let written = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(
            Self.wrapOutboundOut(.body(ByteBuffer())), promise: written)
        written.futureResult.assumeIsolated().whenComplete { _ in
            self.arm(self.requestTimeout, context)
        }
    }

    private func arm(_ timeout: TimeAmount, _ context: ChannelHandlerContext) {
        self.timer?.cancel()
        let loop = context.eventLoop.assumeIsolated()
        self.timer = loop.scheduleTask(in: timeout) { context.close(promise: nil) }
    }
}
