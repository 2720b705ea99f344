import Core
import Engine
import ServiceLifecycle

/// Takes a sample of all counters every few seconds, as long as the program runs.
package struct RateSampler: Service {
    /// As often as RabbitMQ gathers its statistics.
    package static let interval = Duration.seconds(5)

    private let engine: Engine
    private let rates: RateBook
    private let interval: Duration

    package init(_ engine: Engine, _ rates: RateBook, every interval: Duration = Self.interval) {
        self.engine = engine
        self.rates = rates
        self.interval = interval
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                self.rates.take(await self.engine.counters())
                try? await Task.sleep(for: self.interval)
            }
        }
    }
}
