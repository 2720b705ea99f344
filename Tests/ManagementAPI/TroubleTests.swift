import Core
import Engine
import ManagementAPI
import Messaging
import PlainJSON
import Testing

/// What is wrong with the broker is told in its own words, and to whoever may watch it.
@Suite struct TroubleTests {
    private func set(_ disk: DiskState, _ fixture: Fixture) async {
        await fixture.engine.batch(for: nil) { broker, _ in broker.setDisk(disk) }
    }

    @Test("A disk that fails says why, where others say how much is free")
    func disk() async {
        let fixture = Fixture()
        let figures = "/api/queuetop/figures/%2F"
        func node() async -> JSON? { await fixture.get("/api/nodes")?.elements?.first }
        func alarm() async -> JSON? { await fixture.get(figures)?["broker"]?["disk_alarm"] }
        #expect(await alarm() == nil)
        #expect(await node()?["disk_free_alarm"] == .bool(false))
        await self.set(.low(freeBytes: 7, limitBytes: 9), fixture)
        #expect(await alarm() == ["free_bytes": .integer(7), "limit_bytes": .integer(9)])
        #expect(await node()?["disk_free"] == .integer(7))
        await self.set(.failing(reason: "sync of /data: Input/output error"), fixture)
        let reason = JSON.text("sync of /data: Input/output error")
        #expect(await alarm() == ["reason": reason])
        let failing = await node()
        #expect(failing?["disk_free_alarm"] == .bool(true))
        #expect(failing?["disk_failure"] == reason)
        #expect(failing?["disk_free"] == nil)
    }

    @Test("Whoever may not watch the broker is told nothing of its trouble")
    func watchers() async {
        let fixture = Fixture()
        await self.set(.failing(reason: "EIO"), fixture)
        _ = await fixture.ask(.put, "/api/users/m", #"{"password":"p","tags":"management"}"#)
        _ = await fixture.ask(
            .put, "/api/permissions/%2F/m", #"{"configure":"","write":"","read":""}"#)
        let answer = await fixture.ask(.get, "/api/queuetop/figures/%2F", login: "m:p")
        let broker = JSON(request: answer.body)?["broker"]
        #expect(broker?["message_memory_bytes"] != nil)
        #expect(broker?["disk_alarm"] == nil && broker?["damages"] == nil)
        #expect(broker?["blocked_connections"] == nil)
    }
}
