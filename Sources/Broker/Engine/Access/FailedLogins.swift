import Messaging

/// Counts failed logins by address, so that guessing passwords is slow.
///
/// Tokens that come at a steady rate up to a burst; a failed login takes one. Kept for each address
/// as the one moment at which it has all of them again; whoever has all needs no entry.
package struct FailedLogins {
    private let burst: Int64
    private let intervalMicroseconds: Int64
    private let addressesMax: Int
    private var fullAt: [String: Int64] = [:]

    package init(
        burst: Int64 = Limits.failedLoginBurst, perMinute: Int64 = Limits.failedLoginsPerMinute,
        addressesMax: Int = Limits.loginAddressesMax
    ) {
        self.burst = burst
        self.intervalMicroseconds = 60_000_000 / perMinute
        self.addressesMax = addressesMax
    }

    /// Whether an address has to wait.
    package func isLimited(_ address: String, now: Timestamp) -> Bool {
        guard let fullAt = self.fullAt[address] else { return false }
        return fullAt - now.microseconds > (self.burst - 1) * self.intervalMicroseconds
    }

    /// Counts a failure.
    ///
    /// - Returns: Whether the address has to wait from now on.
    package mutating func count(_ address: String, now: Timestamp) -> Bool {
        let before = self.fullAt[address]
        if before == nil { self.makeRoom(now: now) }
        self.fullAt[address] =
            max(before ?? 0, now.microseconds) + self.intervalMicroseconds
        return self.isLimited(address, now: now)
    }

    /// Addresses that are remembered.
    package var addresses: Int { self.fullAt.count }

    /// Forgets, when there are too many, whoever has all tokens again, or else the half that has
    /// them soonest.
    private mutating func makeRoom(now: Timestamp) {
        guard self.fullAt.count >= self.addressesMax else { return }
        self.fullAt = self.fullAt.filter { $0.value > now.microseconds }
        guard self.fullAt.count >= self.addressesMax else { return }
        let middle = self.fullAt.values.sorted()[self.fullAt.count / 2]
        var kept = self.fullAt.filter { $0.value > middle }
        for (address, moment) in self.fullAt
        where moment == middle && kept.count < self.addressesMax / 2 {
            kept[address] = moment
        }
        self.fullAt = kept
    }
}
