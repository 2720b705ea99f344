import BrokerLink

extension BrokerSample {
    /// What is wrong with the broker as a whole, in a sentence; nil when nothing is.
    var brokerAlarm: String? {
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
