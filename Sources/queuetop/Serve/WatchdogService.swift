import Engine
import ServiceLifecycle
import Supervision

/// Tells the service manager that the broker lives, each time after the engine has answered.
struct WatchdogService: Service {
    let manager: ManagerDesk
    let engine: Engine
    let intervalMicroseconds: Int64

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                _ = await self.engine.connectionCount
                await self.manager.tell(.watchdog)
                try? await Task.sleep(for: .microseconds(self.intervalMicroseconds))
            }
        }
    }
}

/// Tells the service manager again what it had no room for, until everything else has ended.
struct ManagerService: Service {
    let manager: ManagerDesk

    func run() async throws {
        await cancelWhenGracefulShutdown { await self.manager.retry() }
    }
}
