import AMQPServer
import Engine
import Messaging
import Settings

/// Who hears what happens in a broker.
struct BrokerHooks: Sendable {
    /// What is worth saying while it starts, a sentence.
    var say: @Sendable (String) -> Void = { StandardStream.error.write("queuetop: \($0)\n") }
    /// Damage and alarms.
    var notify: @Sendable (EngineNotice) -> Void = { _ in }
    /// Clients that come, go and are turned away.
    var observe: @Sendable (ServerEvent) -> Void = { _ in }
}

extension EngineLimits {
    /// The same limits with those that the configuration sets.
    func limited(by settings: LimitSettings) -> EngineLimits {
        var limits = self
        if let count = settings.connections { limits.connectionsMax = count }
        if let count = settings.queues { limits.queuesMax = count }
        return limits
    }
}

extension ServerLimits {
    init(_ settings: LimitSettings) {
        self.init()
        if let count = settings.channels { self.channelsMax = UInt16(clamping: count) }
        if let bytes = settings.frameBytes { self.frameBytesMax = bytes }
        if let bytes = settings.bodyBytes { self.bodyBytesMax = bytes }
        if let bytes = settings.headerBytes { self.propertiesBytesMax = bytes }
    }
}
