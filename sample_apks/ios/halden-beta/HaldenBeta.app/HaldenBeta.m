// The app proper, which a debug build keeps in a dylib.

__attribute__((objc_root_class)) @interface NSObject { void *isa; }
+ (instancetype)new;
@end
@interface NSString : NSObject
@end
extern NSString *const AVMediaTypeVideo;
@interface AVCaptureDevice : NSObject
+ (void)requestAccessForMediaType:(NSString *)type completionHandler:(void *)handler;
@end

int halden_main(void) {
  [AVCaptureDevice requestAccessForMediaType:AVMediaTypeVideo completionHandler:0];
  return 0;
}
