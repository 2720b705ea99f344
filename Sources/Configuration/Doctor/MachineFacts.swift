/// What is known of a port that is to be listened on.
package struct PortFacts: Equatable, Sendable {
    /// Whether it can be had.
    package enum State: Equatable, Sendable {
        case free, taken
        /// The system's own reason.
        case refused(String)
    }

    /// The setting that names it, such as `amqp-port`.
    package var setting: String
    package var address: String
    package var port: UInt16
    package var state: State

    package init(setting: String, address: String, port: UInt16, state: State) {
        self.setting = setting
        self.address = address
        self.port = port
        self.state = state
    }
}

extension PortFacts {
    /// Settings of ports that a process does not write into its data directory.
    private static let unannounced: Set<String> = ["amqps-port", "management-tls-port"]

    /// - Parameter holder: Who has the data directory: a port that it serves is as it should be.
    package func finding(holder: DirectoryFacts.Holder?) -> Finding {
        let place = "\(self.address), port \(self.port)"
        switch self.state {
        case .free:
            return Finding(self.setting, .ok, "\(place) is free.")
        case .taken where holder?.serves(self.port) == true:
            return Finding(self.setting, .ok, "\(place) is served by the process above.")
        case .taken where holder != nil && Self.unannounced.contains(self.setting):
            return Finding(
                self.setting, .warn, "\(place) is taken, perhaps by the process above.",
                advice: "It does not say so: look with `ss -ltnp`.")
        case .taken:
            return Finding(
                self.setting, .fail, "\(place) is taken by another program.",
                advice: "Stop that one (RabbitMQ?), or set another \(self.setting).")
        case .refused(let reason):
            return Finding(
                self.setting, .fail, "\(place) cannot be listened on: \(reason).",
                advice: "Ports below 1024 usually need root; the address must be this machine's.")
        }
    }
}

/// How many files and sockets this process may have open at most.
package struct DescriptorFacts: Equatable, Sendable {
    /// The hard limit: the broker raises the soft one to it by itself.
    package var countMax: UInt64
    /// Connections that the broker takes.
    package var connectionsMax: Int

    package init(countMax: UInt64, connectionsMax: Int) {
        self.countMax = countMax
        self.connectionsMax = connectionsMax
    }

    /// What the broker needs besides connections: log, segments, definitions, listeners.
    private static let ownCount = 256

    package var finding: Finding {
        let needed = UInt64(self.connectionsMax + Self.ownCount)
        let found = "Up to \(self.countMax) can be open."
        if self.countMax >= needed { return Finding("descriptors", .ok, found) }
        return Finding(
            "descriptors", self.countMax < UInt64(2 * Self.ownCount) ? .fail : .warn,
            "\(found) \(self.connectionsMax) connections need \(needed).",
            advice: "Raise the limit (ulimit -Hn, LimitNOFILE= in a unit), or set "
                + "limits.connections lower.")
    }
}

/// What the system's clock says of itself.
package struct ClockFacts: Equatable, Sendable {
    package var secondsSince1970: Int64
    /// The time service that keeps it right; nil when none is seen.
    package var keeper: String?

    package init(secondsSince1970: Int64, keeper: String?) {
        self.secondsSince1970 = secondsSince1970
        self.keeper = keeper
    }

    /// 2025-01-01: this program did not exist before.
    private static let bornAt: Int64 = 1_735_689_600

    package var finding: Finding {
        if self.secondsSince1970 < Self.bornAt {
            return Finding(
                "clock", .fail, "The clock says a time before this program was made.",
                advice: "Set it, and run a time service, such as systemd-timesyncd or chrony.")
        }
        return Finding(
            "clock", .ok,
            self.keeper.map { "\($0) keeps it right." }
                ?? "No time service is seen here; in a container its host has one.")
    }
}
