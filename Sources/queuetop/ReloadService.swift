import DefinitionsFile
import Engine
import ServiceLifecycle
import UnixSignals

/// Loads the file of definitions again whenever the process gets SIGHUP, and says how it went in
/// one line on standard output.
struct DefinitionsService: Service {
    let file: DefinitionsFile
    let engine: Engine

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) { await self.load() }
        }
    }

    private func load() async {
        do throws(DefinitionsError) {
            try await self.file.load(into: self.engine)
            StandardStream.output.write("definitions loaded: \(self.file.path)\n")
        } catch {
            StandardStream.output.write("definitions refused: \(error)\n")
        }
    }
}

extension DefinitionsFile {
    /// Has an engine take what the file says.
    func load(into engine: Engine) async throws(DefinitionsError) {
        let reasons = await engine.apply(try self.read())
        guard reasons.isEmpty else { throw .refused(path: self.path, reasons: reasons) }
    }
}
