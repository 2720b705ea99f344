import BrokerLink
import Canvas
import DeadLetters
import LoadTest
import Messaging
import Screens

extension ConsoleRuntime {
    func perform(_ effect: ConsoleEffect, _ tasks: inout DiscardingTaskGroup) {
        switch effect {
        case .quit: self.ending = .quit
        case .suspend: self.suspend()
        case .setTheme(let name): self.applyTheme(name)
        case .copy(let text): self.copy(text)
        case .sample: self.sample(&tasks) { $0.wanted() }
        case .setRefresh(let seconds): self.sample(&tasks) { $0.refreshChanged(to: seconds) }
        case .switchContext(let name): self.switchContext(to: name, &tasks)
        case .stopRedrive: self.redriveStop?.finish()
        case .stopReplay: self.replayStop?.finish()
        case .detail, .clients, .browse, .purge, .deleteQueue, .deleteMessages, .redrive,
            .replay, .startLoad, .setLoadRate, .stopLoad, .closeConnection, .cancelConsumer,
            .setBreaker:
            self.beginWork(effect, &tasks)
        }
    }

    private func beginWork(_ effect: ConsoleEffect, _ tasks: inout DiscardingTaskGroup) {
        var stop: AsyncStream<Never>?
        if case .redrive = effect {
            guard self.redriveStop == nil else {
                _ = self.console.update(
                    .noticed(
                        Notice(
                            "Another requeue is under way: wait for its end or stop it.", .warning))
                )
                return
            }
            let (stream, continuation) = AsyncStream<Never>.makeStream()
            (stop, self.redriveStop) = (stream, continuation)
        }
        if case .replay = effect {
            guard self.replayStop == nil else {
                _ = self.console.update(
                    .noticed(
                        Notice(
                            "Another replay is under way: wait for its end or stop it.", .warning))
                )
                return
            }
            let (stream, continuation) = AsyncStream<Never>.makeStream()
            (stop, self.replayStop) = (stream, continuation)
        }
        let name = self.shown
        let work = EffectRunner(
            link: self.shownLink.link, load: self.load, audit: self.audit,
            broker: self.auditedBroker,
            tell: { [post] message in post.yield(.answered(name, message)) })
        tasks.addTask { await work.run(effect, until: stop) }
    }

    private func suspend() {
        if !self.terminal.suspend() {
            _ = self.console.update(
                .noticed(Notice("No shell is there to come back from: not suspended.", .warning)))
        }
    }

    private func copy(_ text: String) {
        let notice =
            self.terminal.copyToClipboard(text)
            ? Notice("Copied \(Figures.counted(text.utf8.count, "byte")).", .done)
            : Notice("Not copied: the text is too long, or this terminal cannot do it.", .warning)
        _ = self.console.update(.noticed(notice))
    }

    /// Tells the console the time at the start of each second.
    func keepClock(_ tasks: inout DiscardingTaskGroup) {
        let (time, post) = (self.settings.time, self.post)
        tasks.addTask {
            while !Task.isCancelled {
                let now = time.now()
                post.yield(.message(.clock(now)))
                let intoSecond = Double(now.microseconds % 1_000_000) / 1_000_000
                try? await time.sleep(1 - intoSecond)
            }
        }
    }

    /// Tells the console how the load run stands, whenever that has changed. What the console
    /// itself starts or stops, it is told at once.
    func watchLoad(_ tasks: inout DiscardingTaskGroup) {
        let (time, post, load) = (self.settings.time, self.post, self.load)
        tasks.addTask {
            var last: LoadSnapshot?
            while !Task.isCancelled {
                let snapshot = await load.snapshot()
                if snapshot != last { post.yield(.message(.loadChanged(snapshot))) }
                last = snapshot
                try? await time.sleep(
                    snapshot.state == .idle ? Self.idleLoadWatchSeconds : Self.loadWatchSeconds)
            }
        }
    }

    nonisolated private static let loadWatchSeconds = 0.5
    nonisolated private static let idleLoadWatchSeconds = 2.0
}

/// Makes a result of a call that throws.
enum LinkResult {
    static func of<Value: Sendable>(
        _ call: @Sendable () async throws(LinkError) -> Value
    ) async -> Result<Value, LinkError> {
        do throws(LinkError) {
            return .success(try await call())
        } catch {
            return .failure(error)
        }
    }
}
