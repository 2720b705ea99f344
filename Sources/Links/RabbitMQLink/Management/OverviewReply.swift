import BrokerLink
import PlainJSON

/// What `/api/overview` says, as far as the console shows it.
package struct OverviewReply: ManagementReply {
    var productName: String?
    var productVersion: String?
    var rabbitVersion: String?
    var lavinVersion: String?
    var objects: ObjectTotals
    /// Messages that reached no queue; nil without statistics.
    var unroutable: UInt64?
    /// Whether the broker was told to keep no statistics.
    package var statisticsAreOff: Bool

    /// How many of each there are; nil where the broker does not tell.
    struct ObjectTotals: Sendable {
        var channels: Int?
        var connections: Int?
        var exchanges: Int?
    }

    package init(_ json: JSON) throws(ReplyError) {
        self.productName = json.text("product_name")
        self.productVersion = json.text("product_version")
        self.rabbitVersion = json.text("rabbitmq_version")
        self.lavinVersion = json.text("lavinmq_version")
        let objects = json.object("object_totals")
        self.objects = ObjectTotals(
            channels: objects.count("channels"), connections: objects.count("connections"),
            exchanges: objects.count("exchanges"))
        self.statisticsAreOff = json.flag("disable_stats") ?? false
        guard self.productName != nil || self.rabbitVersion != nil || self.lavinVersion != nil
        else { throw .missing("rabbitmq_version") }
        if !self.statisticsAreOff {
            // Both are left out until it has happened once.
            let statistics = json.object("message_stats")
            self.unroutable =
                (statistics.total("drop_unroutable") ?? 0)
                &+ (statistics.total("return_unroutable") ?? 0)
        }
    }

    /// The broker's name and version: LavinMQ tells its own beside RabbitMQ's.
    package var product: (name: String, version: String) {
        if let version = self.lavinVersion { return ("LavinMQ", version) }
        return (
            self.productName ?? "RabbitMQ",
            self.productVersion ?? self.rabbitVersion ?? "of unknown version"
        )
    }
}

/// The alarms of one node of `/api/nodes`.
struct NodeReply: ManagementReply {
    static let columns =
        "name,mem_alarm,mem_used,mem_limit,disk_free_alarm,disk_free,disk_free_limit,"
        + "disk_failure"

    var memoryAlarm: Bool
    var memoryUsedBytes: UInt64?
    var memoryLimitBytes: UInt64?
    var diskAlarm: Bool
    var diskFreeBytes: UInt64?
    var diskLimitBytes: UInt64?
    /// What fails, where a queuetop says so.
    var diskFailure: String?

    init(_ json: JSON) throws(ReplyError) {
        self.memoryAlarm = json.flag("mem_alarm") ?? false
        self.memoryUsedBytes = json.total("mem_used")
        self.memoryLimitBytes = json.total("mem_limit")
        self.diskAlarm = json.flag("disk_free_alarm") ?? false
        self.diskFreeBytes = json.total("disk_free")
        self.diskLimitBytes = json.total("disk_free_limit")
        self.diskFailure = json.text("disk_failure")
    }

    /// How full its memory is, of 1; 0 when that is not told.
    var memoryShare: Double {
        guard let used = self.memoryUsedBytes, let limit = self.memoryLimitBytes, limit > 0 else {
            return 0
        }
        return Double(used) / Double(limit)
    }

    /// The disk's alarm, which is on; what is not told is no zero.
    var alarm: DiskAlarm {
        if let reason = self.diskFailure { return .failing(reason: reason) }
        guard let free = self.diskFreeBytes, let limit = self.diskLimitBytes else {
            return .failing(reason: "the broker does not say what is wrong")
        }
        return .low(freeBytes: free, limitBytes: limit)
    }
}
