import BrokerLink

extension BrokerSample {
    /// What is wrong with the broker as a whole, a sentence each.
    var brokerAlarms: [String] {
        self.shortages + (self.areFilesShort ? [Self.filesSentence] : [])
            + (self.damageSentence.map { [$0] } ?? [])
    }

    private static let filesSentence =
        "open files run out: new clients are refused, the others go on; close some, or allow the "
        + "broker more (ulimit -n)"

    private var damageSentence: String? {
        guard let first = self.damages.first else { return nil }
        let others = self.damages.count - 1
        return "damaged data: \(first)" + (others > 0 ? "; and \(others) more" : "")
            + "; messages may be missing, the rest is served; look after the disk"
    }

    private var shortages: [String] {
        guard let disk = self.diskAlarm?.sentence else {
            return self.memoryOrBlocked.map { [$0] } ?? []
        }
        // Who is blocked is, for the disk too.
        return [disk] + (self.memoryAlarm == nil ? [] : self.memoryOrBlocked.map { [$0] } ?? [])
    }

    private var memoryOrBlocked: String? {
        let blocked = Figures.counted(self.blockedConnections, "connection")
        if let memory = self.memoryAlarm {
            let sentence =
                "memory alarm: \(Figures.bytes(memory.usedBytes)) in use, the limit is "
                + Figures.bytes(memory.limitBytes)
            return self.blockedConnections == 0 ? sentence : "\(sentence); \(blocked) blocked"
        }
        return self.blockedConnections == 0 ? nil : "\(blocked) may not publish"
    }
}

extension DiskAlarm {
    /// What happened, what it means, and what to do.
    var sentence: String {
        let meaning = "publishers wait, consumers go on"
        return switch self {
        case .low(let free, let limit):
            "disk alarm: \(Figures.bytes(free)) free, the limit is \(Figures.bytes(limit)); "
                + "\(meaning); free some space and it ends by itself"
        case .failing(let reason):
            "disk alarm: \(reason); \(meaning); repair the disk and it ends by itself"
        }
    }
}
