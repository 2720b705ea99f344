import Messaging

extension ConnectionID {
    /// From here on numbers are of connections that this process opens to itself, such as for a
    /// request to the management API.
    package static let ownNumberMin: UInt64 = 1 << 62

    /// Whether somebody connected, rather than this process itself.
    package var isOfClient: Bool { self.number < Self.ownNumberMin }
}
