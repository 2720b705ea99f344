import Core
import Engine
import Messaging
import NIOConcurrencyHelpers
import NIOPosix
import Store
import Testing

/// Who gets in, and what is told of who does not.
@Suite("Login")
struct LoginTests {
    private static let here = LoginOrigin(address: "127.0.0.1", mechanism: "PLAIN")
    private static let away = LoginOrigin(address: "192.0.2.7", mechanism: "PLAIN")

    /// An engine that tells the test what it would tell its operator.
    private func engine() -> (Engine, said: NIOLockedValueBox<[String]>) {
        let said = NIOLockedValueBox<[String]>([])
        let engine = Engine(
            on: MultiThreadedEventLoopGroup.singleton.next(),
            clock: .frozen(at: Timestamp(seconds: 1_700_000_000)), store: VolatileStore(), seed: 1,
            notify: { notice in said.withLockedValue { $0.append("\(notice)") } })
        return (engine, said)
    }

    private func password(_ user: UserName, _ password: String) -> Credentials {
        .password(user: user, password)
    }

    @Test("the first user is guest, an administrator, from this machine only")
    func guest() async {
        let (engine, said) = self.engine()
        let guest = Account(name: .guest, tags: ["administrator"])
        let login = self.password(.guest, "guest")
        for address in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            let origin = LoginOrigin(address: address, mechanism: "PLAIN")
            #expect(await engine.login(login, from: origin) == .accepted(guest))
        }
        for address in ["192.0.2.7", "::ffff:192.0.2.7", "127.0.0.1.evil", "127.0.0", "", "?"] {
            let origin = LoginOrigin(address: address, mechanism: "PLAIN")
            #expect(await engine.login(login, from: origin) == .refused)
        }
        #expect(said.withLockedValue { $0.count } == 6)
        #expect(await engine.hasDefaultPassword)
    }

    @Test("only the right password of a user lets in, and none of it is told")
    func passwords() async {
        let (engine, said) = self.engine()
        #expect(await engine.putUser("orders", password: "s3cret", tags: ["monitoring"]) == nil)
        #expect(await engine.putUser(User("certified")) == nil)
        let account = Account(name: "orders", tags: ["monitoring"])
        let right = self.password("orders", "s3cret")
        #expect(await engine.login(right, from: Self.away) == .accepted(account))
        for (user, password): (UserName, String) in [
            ("orders", "S3cret"), ("orders", ""), ("Orders", "s3cret"), ("nobody", "s3cret"),
            ("certified", ""), ("certified", "x"), ("", ""),
        ] {
            let login = self.password(user, password)
            #expect(await engine.login(login, from: Self.away) == .refused)
            #expect(!"\(login)".contains("cret") && !String(reflecting: login).contains("cret"))
        }
        let lines = said.withLockedValue { $0 }
        #expect(
            lines.first
                == "login refused: user 'orders' from 192.0.2.7 (PLAIN): the password is wrong")
        #expect(lines.count == 7)
        #expect(!lines.joined().contains("cret"))
        // Who has proved it by a certificate needs none.
        #expect(
            await engine.login(.certificate(user: "certified"), from: Self.away)
                == .accepted(Account(name: "certified", tags: [])))
        #expect(await engine.login(.certificate(user: "nobody"), from: Self.away) == .refused)
    }

    @Test("EXTERNAL without a certificate is no user whose name is empty")
    func noCertificate() async {
        let (engine, said) = self.engine()
        let origin = LoginOrigin(address: "192.0.2.7", mechanism: "EXTERNAL")
        #expect(await engine.login(.certificate(user: ""), from: origin) == .refused)
        #expect(
            said.withLockedValue { $0 } == [
                "login refused: from 192.0.2.7 (EXTERNAL): it came without a client certificate"
            ])
    }

    @Test("a name from outside cannot write lines of its own into the log")
    func harmlessNames() async {
        let (engine, said) = self.engine()
        let name = UserName("x\nlogin accepted\u{1B}[2J'" + String(repeating: "y", count: 500))
        _ = await engine.login(self.password(name, "p"), from: Self.away)
        let line = said.withLockedValue { $0.first } ?? ""
        #expect(line.hasPrefix("login refused: user 'x?login accepted?[2J?y"))
        #expect(line.unicodeScalars.allSatisfy { $0.value >= 32 } && line.utf8.count < 200)
    }

    @Test("past the limit even the right password is refused, from that address only")
    func limit() async {
        let (engine, said) = self.engine()
        #expect(await engine.putUser("u", password: "right", tags: []) == nil)
        for _ in 1..<Limits.failedLoginBurst {
            #expect(await engine.login(self.password("u", "no"), from: Self.away) == .refused)
        }
        let right = self.password("u", "right")
        #expect(await engine.login(right, from: Self.away) != .refused)
        #expect(await engine.login(self.password("u", "no"), from: Self.away) == .refused)
        #expect(await engine.login(right, from: Self.away) == .refused)
        #expect(await engine.login(right, from: Self.here) != .refused)
        // Those that were not looked at are not told one by one.
        #expect(said.withLockedValue { $0.count } == Int(Limits.failedLoginBurst))
        #expect(said.withLockedValue { $0.last }?.hasSuffix("have to wait now") == true)
    }

    @Test("guest's first password is known as such until it is another or guest is gone")
    func defaultPassword() async {
        let (engine, _) = self.engine()
        #expect(await engine.putUser(.guest, password: "other", tags: []) == nil)
        #expect(await !engine.hasDefaultPassword)
        #expect(await engine.putUser(.guest, password: "guest", tags: []) == nil)
        #expect(await engine.hasDefaultPassword)
        #expect(await engine.deleteUser(.guest))
        #expect(await !engine.hasDefaultPassword)
    }

    @Test("nobody connects to a virtual host without a permission in it")
    func virtualHosts() async throws {
        let (engine, _) = self.engine()
        #expect(await engine.putVirtualHost("v") == nil)
        let client = ConnectingClient(origin: "test", user: "guest", host: "v")
        let nowhere = ConnectingClient(origin: "test", user: "guest", host: "w")
        #expect(await engine.connect(ScriptedOutlet(1), client) == .noAccess)
        #expect(await engine.connect(ScriptedOutlet(1), nowhere) == .noSuchVirtualHost)
        #expect(await engine.setPermission(.all(.guest, in: "v")) == nil)
        let outlet = ScriptedOutlet(1)
        #expect(await engine.connect(outlet, client) == .accepted)
        #expect(try await engine.deleteVirtualHost("v"))
        let closed = outlet.effects.contains {
            if case .closeConnection(_, let refusal) = $0 {
                return refusal.text == "CONNECTION_FORCED - vhost 'v' is deleted"
            }
            return false
        }
        #expect(closed)
    }
}
