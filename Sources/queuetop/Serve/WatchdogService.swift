import Engine
import ServiceLifecycle
import Supervision

/// Tells the service manager that the broker lives, each time after the engine has answered.
struct WatchdogService: Service {
    let manager: NotifySocket
    let engine: Engine
    let intervalMicroseconds: Int64

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                _ = await self.engine.connectionCount
                self.manager.tell(.watchdog)
                try? await Task.sleep(for: .microseconds(self.intervalMicroseconds))
            }
        }
    }
}
