import Core

/// What an operator of the process may change or wants to know while it runs.
extension Engine {
    /// Changes what can be changed while it runs: all but the memory for messages that are not
    /// needed soon, which the store's start decides.
    package func change(to limits: EngineLimits) {
        self.connectionsMax = limits.connectionsMax
        self.operation { broker, now in
            broker.setMessageMemoryMax(limits.messageMemoryBytesMax)
            broker.setQueuesMax(limits.queuesMax)
            broker.setConsumerTimeout(
                microseconds: limits.consumerTimeoutMilliseconds.map { $0 * 1_000 }, now: now)
        }
    }

    /// Says whether the process may open hardly more files, so that new clients are refused.
    package func setFilesShort(_ areShort: Bool) {
        self.operation { broker, _ in broker.areFilesShort = areShort }
    }

    /// Says which alarms have begun and which are over.
    func tellAlarms() {
        let alarms = self.broker.alarms
        for (alarm, name) in BrokerAlarms.all {
            switch (self.toldAlarms.contains(alarm), alarms.contains(alarm)) {
            case (false, true): self.notify(.alarmRaised(name, meaning: alarm.meaning))
            case (true, false): self.notify(.alarmEnded(name))
            case (true, true), (false, false): break
            }
        }
        self.toldAlarms = alarms
    }
}
