/// What `/api/overview` says, as far as the console shows it.
package struct OverviewReply: Decodable, Sendable {
    var productName: String?
    var productVersion: String?
    var rabbitVersion: String?
    var lavinVersion: String?
    var clusterName: String?
    var node: String?
    var objects: ObjectTotals?
    var statistics: Statistics?
    /// Whether the broker was told to keep no statistics.
    var statisticsAreOff: Bool

    struct ObjectTotals: Decodable, Sendable {
        var channels: Int?
        var connections: Int?
        var exchanges: Int?
    }

    struct Statistics: Decodable, Sendable {
        var dropped: UInt64?
        var returned: UInt64?

        private enum CodingKeys: String, CodingKey {
            case dropped = "drop_unroutable"
            case returned = "return_unroutable"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            self.dropped = fields.lenient(.dropped)
            self.returned = fields.lenient(.returned)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case productName = "product_name"
        case productVersion = "product_version"
        case rabbitVersion = "rabbitmq_version"
        case lavinVersion = "lavinmq_version"
        case clusterName = "cluster_name"
        case objects = "object_totals"
        case statistics = "message_stats"
        case statisticsAreOff = "disable_stats"
        case node
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.productName = fields.lenient(.productName)
        self.productVersion = fields.lenient(.productVersion)
        self.rabbitVersion = fields.lenient(.rabbitVersion)
        self.lavinVersion = fields.lenient(.lavinVersion)
        self.clusterName = fields.lenient(.clusterName)
        self.node = fields.lenient(.node)
        self.objects = fields.lenient(.objects)
        self.statistics = fields.lenient(.statistics)
        self.statisticsAreOff = fields.lenient(.statisticsAreOff) ?? false
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

/// What `/api/whoami` says.
struct WhoAmIReply: Decodable, Sendable {
    var name: String?
}

/// The alarms of one node of `/api/nodes`.
struct NodeReply: Decodable, Sendable {
    static let columns =
        "name,mem_alarm,mem_used,mem_limit,disk_free_alarm,disk_free,disk_free_limit"

    var memoryAlarm: Bool
    var memoryUsedBytes: UInt64?
    var memoryLimitBytes: UInt64?
    var diskAlarm: Bool
    var diskFreeBytes: UInt64?
    var diskLimitBytes: UInt64?

    private enum CodingKeys: String, CodingKey {
        case memoryAlarm = "mem_alarm"
        case memoryUsedBytes = "mem_used"
        case memoryLimitBytes = "mem_limit"
        case diskAlarm = "disk_free_alarm"
        case diskFreeBytes = "disk_free"
        case diskLimitBytes = "disk_free_limit"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.memoryAlarm = fields.lenient(.memoryAlarm) ?? false
        self.memoryUsedBytes = fields.lenient(.memoryUsedBytes)
        self.memoryLimitBytes = fields.lenient(.memoryLimitBytes)
        self.diskAlarm = fields.lenient(.diskAlarm) ?? false
        self.diskFreeBytes = fields.lenient(.diskFreeBytes)
        self.diskLimitBytes = fields.lenient(.diskLimitBytes)
    }
}
