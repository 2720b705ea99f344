import Core
import Passwords
import Testing

/// Passwords as RabbitMQ keeps them.
@Suite struct PasswordHashTests {
    /// What RabbitMQ's documentation computes: the salt 908D C60A and the password `test12`.
    private static let documented = "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"

    @Test("The hash of RabbitMQ's documentation is that password's and no other's")
    func documented() throws {
        let hash = try #require(PasswordHash.decoded(Self.documented))
        let user = User("u", passwordHash: hash)
        #expect(PasswordHash.isRight("test12", of: user))
        #expect(!PasswordHash.isRight("test13", of: user))
        #expect(!PasswordHash.isRight("", of: user))
        #expect(PasswordHash.encoded(hash) == Self.documented)
    }

    @Test("Each algorithm knows its own hashes", arguments: User.Hashing.allCases)
    func algorithms(hashing: User.Hashing) {
        let hash = PasswordHash.make(of: "pässword", hashing)
        #expect(hash.count == hashing.bytes)
        var user = User("u", passwordHash: hash, hashing: hashing)
        #expect(PasswordHash.isRight("pässword", of: user))
        #expect(!PasswordHash.isRight("password", of: user))
        user.passwordHash[hash.count - 1] ^= 1
        #expect(!PasswordHash.isRight("pässword", of: user))
        // A new salt each time, or equal passwords would show.
        #expect(PasswordHash.make(of: "pässword", hashing) != hash)
    }

    @Test("Who has no password and who does not exist never gets in")
    func nobody() {
        #expect(!PasswordHash.isRight("", of: User("u")))
        #expect(!PasswordHash.isRight("x", of: User("u")))
        #expect(!PasswordHash.isRight("", of: nil))
        #expect(!PasswordHash.isRight("x", of: nil))
    }

    @Test("What is no base64 is no hash")
    func malformed() {
        #expect(PasswordHash.decoded("not base64!") == nil)
        #expect(PasswordHash.decoded("") == [])
    }
}
