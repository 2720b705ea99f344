import Messaging

/// What a peer did, as ``ConnectionMachine`` tells its driver.
///
/// Everything here is already legal for the role and for the state of its channel. What the
/// machine answers by itself (heartbeats, `tune`, `close-ok` to a client's server, …) is no event.
package enum ConnectionEvent: Hashable, Sendable {
    /// Server: the client wants to log in; parsing pauses until the driver has answered with
    /// `authenticationAccepted`, `authenticationRefused` or `authenticationChallenged`.
    case authenticate(mechanism: String, response: [UInt8])
    /// Server: the client wants this virtual host; parsing pauses until the driver has answered
    /// with `openAccepted` or `close`.
    case openRequested(virtualHost: String)
    /// Client: the virtual host is open; channels may be opened.
    case ready

    /// The channel is open, on both ends; the machine has answered `channel.open` of a client.
    case channelOpened(ChannelNumber)
    /// The peer closes the channel and nothing more will come from it. A server's driver calls
    /// `confirmChannelClose` when the last frame for the channel is written; a client's machine has
    /// already done so.
    case channelCloseRequested(ChannelNumber, CloseReason)
    /// The peer announced too large a body: `channel.close` with this reason is already in the
    /// output, and what still comes is dropped until `.channelClosed`.
    case channelFailed(ChannelNumber, CloseReason)
    /// The peer has confirmed that the channel which this end closed is closed.
    case channelClosed(ChannelNumber)

    /// A method without content.
    case method(ChannelNumber, Method)
    /// Server: `basic.publish` with its whole content.
    case publish(ChannelNumber, MessageSlice, source: ContentSource)
    /// Client: `basic.deliver` with its whole content.
    case deliver(ChannelNumber, DeliveryHead, MessageSlice, source: ContentSource)
    /// Client: `basic.get-ok` with its whole content.
    case got(ChannelNumber, GetHead, MessageSlice, source: ContentSource)
    /// Client: `basic.return` with its whole content.
    case returned(ChannelNumber, ReturnHead, MessageSlice, source: ContentSource)

    /// The peer closes the connection and nothing more will come from it. A server's driver calls
    /// `confirmClose` when everything before it is settled; a client's machine has already done so.
    case closeRequested(CloseReason)
    /// The peer broke the protocol. Where it may be told, `connection.close` with this reason is
    /// already in the output, and what still comes is dropped until the peer confirms; before the
    /// end of the handshake the connection is closed without a word, as RabbitMQ does.
    case protocolError(CloseReason)
}

/// Which bytes the offsets of a content event count in.
package enum ContentSource: Hashable, Sendable {
    /// The bytes given to `receive`.
    case input
    /// That element of ``EventBatch/assembled``.
    case assembled(Int)
}

/// What `basic.deliver` says beside its message; the consumer tag lies in the event's source.
package struct DeliveryHead: Hashable, Sendable {
    package var deliveryTag: DeliveryTag
    package var consumerTagOffset: Int
    package var consumerTagBytes: UInt8
    package var isRedelivered: Bool
}

/// What `basic.get-ok` says beside its message.
package struct GetHead: Hashable, Sendable {
    package var deliveryTag: DeliveryTag
    package var isRedelivered: Bool
    /// Messages that are left in the queue.
    package var messageCount: UInt32
}

/// What `basic.return` says beside its message; the text lies in the event's source.
package struct ReturnHead: Hashable, Sendable {
    package var code: UInt16
    package var textOffset: Int
    package var textBytes: UInt8
}

/// The events of one `receive`, kept and reused by the driver so that none allocates.
package struct EventBatch: Sendable {
    package var events: [ConnectionEvent] = []
    /// Messages whose frames did not lie in one piece: each one's names, properties and body.
    package var assembled: [[UInt8]] = []

    package init() {}

    /// Empties the batch and keeps its memory for the next one.
    package mutating func removeAll() {
        self.events.removeAll(keepingCapacity: true)
        self.assembled.removeAll(keepingCapacity: true)
    }
}
