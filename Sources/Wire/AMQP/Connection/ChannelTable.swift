/// How far a channel is open.
///
/// ```
///            channel.open          publish, deliver, …
///  closed ------------------> open <-------------------> receiving
///    ^  \--> opening (client) --^ |                          |
///    |                            | channel.close            |
///    +---- closeRequested <-------+--(from the peer)         |
///    +---- closing <--------------+--(from this end)---------+
/// ```
enum ChannelState: UInt8, Hashable {
    case closed
    /// A client's `channel.open` is on its way.
    case opening
    case open
    /// A method that content follows came; its header or body is still to come.
    case receiving
    /// The peer sent `channel.close`; the driver has still to confirm it.
    case closeRequested
    /// This end sent `channel.close`; everything is dropped until the peer confirms.
    case closing
}

/// The states of a connection's channels, one byte each, by number.
struct ChannelTable {
    private var states: [ChannelState] = []
    /// Channels that are not closed.
    private(set) var count = 0

    /// The state of that channel; numbers beyond the table are closed.
    @inline(__always)
    subscript(channel: UInt16) -> ChannelState {
        get {
            let index = Int(channel)
            return index < self.states.count ? self.states[index] : .closed
        }
        set {
            let index = Int(channel)
            while self.states.count <= index { self.states.append(.closed) }
            self.count += (self.states[index] == .closed ? 0 : -1) + (newValue == .closed ? 0 : 1)
            self.states[index] = newValue
        }
    }
}
