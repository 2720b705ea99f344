import BrokerLink
import Messaging

/// What looking into queues costs on this broker, and whether it may be done here at all.
enum LookingCost {
    /// Of one queue, which may cost more or less than the others of its broker.
    static func of(_ queue: QueueName, in context: ScreenContext) -> Intrusion {
        context.history.queue(queue)?.sample.browseIntrusion ?? context.identity?.browseIntrusion
            ?? .none
    }

    /// Why it is not even asked about, where nothing may be changed; nil when it may be.
    static func refusal(
        _ intrusion: Intrusion, of what: String, in context: ScreenContext
    ) -> LinkError? {
        guard intrusion > .none, let reason = context.readOnlyReason else { return nil }
        return .notAttempted(
            reason: "Looking into \(what) \(intrusion.consequence) on this broker, and \(reason).")
    }

    /// What stands where messages would, once somebody was asked and has not agreed.
    static func hint(_ intrusion: Intrusion) -> String {
        "Nothing is read yet: on this broker, looking \(intrusion.consequence). ^r asks again."
    }
}
