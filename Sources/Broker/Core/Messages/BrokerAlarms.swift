/// Why publishers are blocked.
package struct BrokerAlarms: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let memoryLow = BrokerAlarms(rawValue: 1)
    package static let diskLow = BrokerAlarms(rawValue: 2)
    package static let diskFailing = BrokerAlarms(rawValue: 4)
    package static let diskFull = BrokerAlarms(rawValue: 8)

    /// Each with the words for it.
    package static let all: [(BrokerAlarms, String)] = [
        (.memoryLow, "memory is low"), (.diskLow, "disk space is low"),
        (.diskFull, "the disk is full"), (.diskFailing, "the disk fails"),
    ]
}

extension Broker {
    /// The alarms that hold now; cheap enough for every batch.
    package var alarms: BrokerAlarms {
        var alarms: BrokerAlarms = self.isMemoryLow ? .memoryLow : []
        switch self.disk {
        case .fine: break
        case .low: alarms.insert(self.isDiskFull ? .diskFull : .diskLow)
        case .failing: alarms.insert(.diskFailing)
        }
        return alarms
    }

    /// Sets how many queues there may be; those that there are stay.
    package mutating func setQueuesMax(_ count: Int) {
        precondition(count > 0, "callers refuse limits that let nothing in")
        self.queuesMax = count
    }
}
