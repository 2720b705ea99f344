import BrokerLink

/// Drives a ``MoveRun`` between any two links; it decides nothing.
package struct MoveRunner: Sendable {
    private let source: any BrokerLink
    private let sink: any MessageSink

    package init(from source: any BrokerLink, to sink: any MessageSink) {
        self.source = source
        self.sink = sink
    }

    /// Carries the messages and tells how far it has come after each batch.
    ///
    /// Cancelling the task stops it after the batch under way: what was published is removed. What
    /// a target has not answered for soon stays, and is unknown.
    ///
    /// - Returns: How it ended.
    package func run(
        _ request: MoveRequest, progress: (MoveOutcome) async -> Void
    ) async -> MoveOutcome {
        var run = MoveRun(request)
        var action = run.start()
        while true {
            switch action {
            case .end(let outcome): return outcome
            case .browse(let request):
                await progress(run.progress)
                if Task.isCancelled {
                    action = run.stopped()
                } else {
                    let page = await self.browse(request)
                    // A look that was broken off is no failure.
                    action = Task.isCancelled ? run.stopped() : run.browsed(page)
                }
            case .publish(let messages):
                // It waits for the answers as long as it can, though the task is cancelled.
                action = run.published(await self.sink.publish(messages))
            case .remove(let messages):
                let result = await uninterrupted { await self.remove(messages, from: request) }
                action = run.removed(result)
            }
        }
    }

    private func browse(_ request: BrowseRequest) async -> Result<BrowsePage, LinkError> {
        do throws(LinkError) {
            return .success(try await self.source.browse(request))
        } catch {
            return .failure(error)
        }
    }

    private func remove(
        _ messages: [MessageID], from request: MoveRequest
    ) async -> Result<Int, LinkError> {
        do throws(LinkError) {
            return .success(try await self.source.delete(messages, from: request.source))
        } catch {
            return .failure(error)
        }
    }
}
