/// The same with arrays. Their own closures lose the type of an error, hence the detour here.
extension DiskFile {
    /// Reads so many bytes, fewer only at the file's end.
    func read(_ count: Int, at offset: UInt64) throws(DiskError) -> [UInt8] {
        var failure: DiskError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(DiskError) {
                initialized = try self.read(
                    at: offset, into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    func write(_ bytes: [UInt8], at offset: UInt64) throws(DiskError) {
        var failure: DiskError?
        bytes.withUnsafeBytes { raw in
            do throws(DiskError) {
                try self.write(raw, at: offset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}

/// Runs calls of the disk's, an error in the store's terms.
func onDisk<Value>(_ body: () throws(DiskError) -> Value) throws(StoreError) -> Value {
    do throws(DiskError) {
        return try body()
    } catch {
        throw StoreError(error)
    }
}
