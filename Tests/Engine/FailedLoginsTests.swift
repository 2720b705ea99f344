import Engine
import Messaging
import Testing

/// How often a login from one address may fail.
@Suite("Failed logins")
struct FailedLoginsTests {
    private let start = Timestamp(seconds: 1_000)

    @Test("so many may fail at once, then one by one as time passes")
    func burst() {
        var logins = FailedLogins(burst: 3, perMinute: 60)
        let first = [logins.count("a", now: self.start), logins.count("a", now: self.start)]
        #expect(first == [false, false])
        #expect(!logins.isLimited("a", now: self.start))
        let third = logins.count("a", now: self.start)
        #expect(third)
        #expect(logins.isLimited("a", now: self.start))
        #expect(!logins.isLimited("b", now: self.start))
        let soon = self.start.adding(microseconds: 999_999)
        #expect(logins.isLimited("a", now: soon))
        let later = self.start.adding(microseconds: 1_000_000)
        #expect(!logins.isLimited("a", now: later))
        let fourth = logins.count("a", now: later)
        #expect(fourth)
        // After a pause the whole burst is there again, and no more.
        let after = later.adding(microseconds: 3_600_000_000)
        let answers = (0..<3).map { _ in logins.count("a", now: after) }
        #expect(answers == [false, false, true])
    }

    @Test("addresses are forgotten before there are too many, the worst last")
    func addresses() {
        var logins = FailedLogins(burst: 2, perMinute: 60, addressesMax: 10)
        for _ in 0..<5 { _ = logins.count("worst", now: self.start) }
        for number in 0..<9 { _ = logins.count("\(number)", now: self.start) }
        #expect(logins.addresses == 10)
        _ = logins.count("one more", now: self.start)
        #expect(logins.addresses <= 10)
        #expect(logins.isLimited("worst", now: self.start))
        for number in 0..<1_000 {
            _ = logins.count("flood \(number)", now: self.start)
            #expect(logins.addresses <= 10)
        }
        #expect(logins.isLimited("worst", now: self.start))
    }

    @Test("who has all tokens again is forgotten first")
    func full() {
        var logins = FailedLogins(burst: 2, perMinute: 60, addressesMax: 4)
        for number in 0..<4 { _ = logins.count("\(number)", now: self.start) }
        _ = logins.count("later", now: self.start.adding(microseconds: 10_000_000))
        #expect(logins.addresses == 1)
    }
}
