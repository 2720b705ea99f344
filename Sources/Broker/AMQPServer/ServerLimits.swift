import AMQP
import Messaging

/// What clients of a server may send; each is at most what ``Limits`` has under its name.
package struct ServerLimits: Equatable, Sendable {
    /// Channels of one connection.
    package var channelsMax = Limits.channelsMax
    package var frameBytesMax = Limits.frameBytesMax
    package var bodyBytesMax = Limits.bodyBytesMax
    /// Bytes of one message's properties, its headers included.
    package var propertiesBytesMax = Limits.propertiesBytesMax

    package init() {}
}

extension ConnectionSettings {
    /// The same settings with these limits.
    func limited(by limits: ServerLimits) -> ConnectionSettings {
        var settings = self
        settings.tuning.channelsMax = limits.channelsMax
        settings.tuning.frameBytesMax = UInt32(limits.frameBytesMax)
        settings.bodyBytesMax = limits.bodyBytesMax
        settings.heldBytesMax = min(
            settings.heldBytesMax, 2 * (limits.bodyBytesMax + limits.propertiesBytesMax))
        settings.propertiesBytesMax = limits.propertiesBytesMax
        return settings
    }
}
